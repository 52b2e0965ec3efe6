import { BrokerError, isBrokerError } from '@ocopea/broker-contract';

/** Brokers know a service by the key that the Site gave it. Their errors are told to people, who know it by its name. */
export async function underItsName<Result>({ brokerKey, name }: { readonly brokerKey: string; readonly name: string }, call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (!isBrokerError(error) || !error.message.includes(brokerKey)) throw error;
    throw new BrokerError(error.code, error.message.replaceAll(brokerKey, name), { cause: error });
  }
}
