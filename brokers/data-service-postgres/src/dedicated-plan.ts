import { findPostgresBinaries, ServiceFolders, type InitialisePostgresOptions } from '@ocopea/embedded';
import type { ServicePlan } from '@ocopea/broker-contract';
import { createDataService } from './create-data-service.js';
import type { PostgresPrograms } from './logical/postgres-programs.js';
import { completeSettings } from './plan-settings.js';
import { PostgresDataService } from './postgres-data-service.js';
import type { CreateServedOptions, PostgresPlan, ServedDataService } from './served-data-service.js';
import { dedicatedPlanId, dedicatedServicePlan, dedicatedSettings } from './service-plan.js';

export interface DedicatedPlanOptions {
  /** The plan's own folder, with the servers' data. */
  readonly directory: string;
  /** How to run PostgreSQL when we are root. @default what works */
  readonly asRoot?: InitialisePostgresOptions['asRoot'];
  /** For logical copies. */
  readonly programs: readonly PostgresPrograms[];
}

/** The plan of a server of its own for each data service, in a folder of its own. */
export class DedicatedPlan implements PostgresPlan {
  private constructor(
    readonly plan: ServicePlan,
    private readonly folders: ServiceFolders,
    private readonly asRoot: InitialisePostgresOptions['asRoot'],
    private readonly programs: readonly PostgresPrograms[],
  ) {}

  /** @throws EmbeddedError NOT_SUPPORTED no PostgreSQL runs on this machine */
  static async open({ directory, asRoot, programs }: DedicatedPlanOptions): Promise<DedicatedPlan> {
    const plan = dedicatedServicePlan(await findPostgresBinaries(), programs);
    return new DedicatedPlan(plan, await ServiceFolders.open(directory), asRoot, programs);
  }

  completeSettings(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return completeSettings(dedicatedPlanId, dedicatedSettings, given);
  }

  async ids(): Promise<readonly string[]> {
    return this.folders.ids();
  }

  async open(dataServiceId: string): Promise<PostgresDataService | undefined> {
    return PostgresDataService.open(this.folders.service(dataServiceId), this.programs);
  }

  async create({ record, restoreFrom, onProgress, signal }: CreateServedOptions): Promise<ServedDataService> {
    const workDirectory = this.folders.newWork(record.dataServiceId);
    try {
      return await createDataService({
        record,
        workDirectory,
        directory: this.folders.service(record.dataServiceId),
        ...(restoreFrom && { restoreFrom }),
        programs: this.programs,
        ...(this.asRoot && { asRoot: this.asRoot }),
        onProgress,
        signal,
      });
    } catch (error) {
      await this.folders.removeWork(workDirectory);
      throw error;
    }
  }

  async remove(dataServiceId: string): Promise<void> {
    if ((await this.folders.ids()).includes(dataServiceId)) await this.folders.removeService(dataServiceId);
  }

  async tidyUp(): Promise<void> {
    // Opening the folders has done it.
  }
}
