/** The files that `yaml-file.ts` reads: what their codes begin with. */
export type YamlFilePrefix = 'config' | 'caller' | 'known-issues' | 'faults';

export type YamlFileCode<P extends YamlFilePrefix = YamlFilePrefix> =
  `${P}-${'unreadable' | 'yaml' | 'key' | 'value'}`;

/** What the codes of such a file mean; `file` begins the sentences. */
export function yamlFileCodes<P extends YamlFilePrefix>(
  prefix: P,
  file: string,
): Readonly<Record<YamlFileCode<P>, string>> {
  return {
    [`${prefix}-unreadable`]: `${file} does not exist, is no file, or is larger than 256 KiB.`,
    [`${prefix}-yaml`]: `${file} is not YAML 1.2, has a key twice, or uses aliases far too often.`,
    [`${prefix}-key`]: `${file} has a key that means nothing at its place; often a typing error.`,
    [`${prefix}-value`]: `${file} lacks a key, or has a value of another kind than its key needs.`,
  } as Record<YamlFileCode<P>, string>;
}
