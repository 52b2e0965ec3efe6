/** Stands in a message for a payload that is text already; the message ends with it. */
const MARK = '(payload)';

/** The text of the payload that was written last. Writing a message and sending it are one step. */
let written: string | undefined;

/**
 * The payload of a `next` message, as text that is the same for many sockets. The protocol library writes the message; with
 * {@link messageWith} it gets this text for its payload, unparsed and uncopied.
 */
export class SharedPayload {
  constructor(private readonly text: string) {}

  toJSON(): string {
    written = this.text;
    return MARK;
  }
}

const END = `${JSON.stringify(MARK)}}`;

/** The message as it goes out. */
export function messageWith(message: string): string {
  const text = written;
  written = undefined;
  return text !== undefined && message.endsWith(END) ? `${message.slice(0, -END.length)}${text}}` : message;
}
