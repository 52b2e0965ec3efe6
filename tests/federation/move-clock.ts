const RealDate = Date;
let aheadMs = 0;

/** Moves the clock that this process goes by, as somebody who sets it would. */
export function moveClock(ms: number): void {
  aheadMs = ms;
  globalThis.Date = MovedDate as DateConstructor;
}

class MovedDate extends RealDate {
  constructor(...given: []) {
    if (given.length === 0) super(RealDate.now() + aheadMs);
    else super(...given);
  }

  static override now(): number {
    return RealDate.now() + aheadMs;
  }
}
