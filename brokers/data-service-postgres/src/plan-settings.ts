import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';

/** A setting of a plan: a whole number within bounds. */
export interface PlanSetting {
  readonly name: string;
  readonly description: string;
  readonly default: string;
  readonly min: number;
  readonly max: number;
}

/**
 * Settings with the defaults filled in.
 * @throws INVALID_REQUEST naming the setting
 */
export function completeSettings(planId: string, settings: readonly PlanSetting[], given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const unknown = Object.keys(given).find((name) => !settings.some((one) => one.name === name));
  if (unknown !== undefined) throw invalid(unknown, `plan "${planId}" has no such setting; it has ${settings.map(({ name }) => `"${name}"`).join(', ')}`);
  return Object.fromEntries(
    settings.map(({ name, default: value, min, max }) => {
      const text = given[name] ?? value;
      if (!/^\d{1,9}$/.test(text) || Number(text) < min || Number(text) > max) throw invalid(name, `it must be a whole number from ${min} to ${max}`);
      return [name, text];
    }),
  );
}

/** As a plan tells them. */
export function offeredSettings(settings: readonly PlanSetting[]): readonly { readonly name: string; readonly description: string; readonly default: string }[] {
  return settings.map(({ name, description, default: value }) => ({ name, description, default: value }));
}

function invalid(name: string, why: string): BrokerError {
  return new BrokerError(BrokerErrorCode.InvalidRequest, `setting "${name}" cannot be used: ${why}`);
}
