import { FieldResolver, Resolver, Root } from 'type-graphql';
import type { AppManifest as Manifest } from '../domain/manifest/app-manifest.js';
import { AppManifest } from './types/app-manifest.js';
import { Hook } from './types/hook.js';

@Resolver(() => AppManifest)
export class AppManifestResolver {
  @FieldResolver(() => [Hook], { description: 'What it does around a copy and after a restore, in the order in which those of one event run.' })
  hooks(@Root() { hooks = [] }: Manifest): Hook[] {
    return hooks.map((hook) => ({ ...hook, command: hook.command ?? null, statements: hook.statements ?? null }));
  }
}
