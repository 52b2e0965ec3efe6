import { basename, dirname, resolve } from 'node:path';
import { ensureAdminToken, type AdminToken } from '@ocopea/security';
import { CliError } from '../cli-error.js';

const fileName = 'admin.token';

/** The administrator's token in the named file or in the process's home, made when it is not there. @throws CliError */
export async function administratorToken(home: string, file: string | undefined): Promise<AdminToken> {
  if (file === undefined) return ensureAdminToken(home);
  const path = resolve(file);
  if (basename(path) !== fileName) throw new CliError(`OCOPEA_ADMIN_TOKEN_FILE: ${path}: the file is to be called ${fileName}`, 2);
  return ensureAdminToken(dirname(path));
}
