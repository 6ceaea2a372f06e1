/** The codes of a file that `yaml-file.ts` reads; `config` gives `config-yaml`, `config-value` and so on. */
export type YamlFileCode<P extends string> = `${P}-${'unreadable' | 'yaml' | 'key' | 'value'}`;

/** What they mean; `file` begins a sentence. */
export function yamlFileCodes<P extends string>(prefix: P, file: string): Record<YamlFileCode<P>, string> {
  return {
    [`${prefix}-unreadable`]: `${file} does not exist, is no file, or is larger than 256 KiB.`,
    [`${prefix}-yaml`]: `${file} is not YAML 1.2, has a key twice, or uses aliases far too often.`,
    [`${prefix}-key`]: `${file} has a key that means nothing at its place; often a typing error.`,
    [`${prefix}-value`]: `${file} lacks a key, or has a value of another kind than its key needs.`,
  } as Record<YamlFileCode<P>, string>;
}
