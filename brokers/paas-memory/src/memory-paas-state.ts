import type { MemoryAppService } from './memory-app-service.js';

/** What outlives a memory broker: hand it to the next one to know the same app services. By `space/appServiceId`. */
export class MemoryPaasState {
  readonly appServices = new Map<string, MemoryAppService>();
}
