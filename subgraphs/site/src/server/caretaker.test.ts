import { createMemoryCopyRepositoryBroker } from '@ocopea/copy-repository-memory';
import { describe, expect, it } from 'vitest';
import { TestSite } from '../testing/test-site.js';

describe('the caretaker of a Site', () => {
  it('sweeps every repository at start, and again after a while', async () => {
    const copyRepository = createMemoryCopyRepositoryBroker();
    const sweep = copyRepository.sweep.bind(copyRepository);
    const swept: string[] = [];
    const twice = new Promise<void>((resolve) => {
      copyRepository.sweep = async (repositoryId, options) => {
        const result = await sweep(repositoryId, options);
        if (swept.push(repositoryId) === 2) resolve();
        return result;
      };
    });
    const site = await TestSite.start({ brokers: { copyRepository }, limits: { tidyIntervalMs: 20, sweepIntervalMs: 50 } });
    try {
      await twice;
      const [repositoryId] = await copyRepository.listRepositories();
      expect(swept.slice(0, 2)).toEqual([repositoryId, repositoryId]);
    } finally {
      await site.remove();
    }
  });
});
