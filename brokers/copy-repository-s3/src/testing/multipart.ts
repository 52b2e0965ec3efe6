import { createHash } from 'node:crypto';
import { S3Refusal } from './s3-refusal.js';

/** A multipart upload that is under way. */
export interface Upload {
  readonly key: string;
  readonly parts: Map<number, { readonly content: Buffer; readonly etag: string }>;
}

const smallestPart = 5 * 1024 * 1024;

/** @param request the XML that names the parts @throws InvalidPart, InvalidPartOrder, EntityTooSmall, as S3 does */
export function assembleParts(upload: Upload, request: string): { readonly content: Buffer; readonly etag: string } {
  const named = [...request.matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = '']) => ({
    number: Number(/<PartNumber>(\d+)<\/PartNumber>/.exec(part)?.[1]),
    etag: (/<ETag>(.*?)<\/ETag>/.exec(part)?.[1] ?? '').replaceAll('&quot;', '"'),
  }));
  if (named.length === 0) throw new S3Refusal(400, 'MalformedXML', 'No parts are named.');
  if (named.some(({ number }, index) => index > 0 && number <= named[index - 1]!.number)) throw new S3Refusal(400, 'InvalidPartOrder', 'The list of parts was not in ascending order.');
  const parts = named.map(({ number, etag }, index) => {
    const part = upload.parts.get(number);
    if (part === undefined || part.etag !== etag) throw new S3Refusal(400, 'InvalidPart', 'One or more of the specified parts could not be found.');
    if (index < named.length - 1 && part.content.length < smallestPart) throw new S3Refusal(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    return part;
  });
  const digest = createHash('md5');
  for (const { etag } of parts) digest.update(Buffer.from(etag.replaceAll('"', ''), 'hex'));
  return { content: Buffer.concat(parts.map(({ content }) => content)), etag: `"${digest.digest('hex')}-${parts.length}"` };
}
