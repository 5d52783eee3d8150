import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Our own package.json. */
export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
  exports: Record<string, string | Record<string, string>>;
  devDependencies: Record<string, string>;
  peerDependencies?: Record<string, string>;
};

/** What a user writes to import each subpath that holds code. */
export const specifiers = Object.keys(manifest.exports)
  .filter((subpath) => !subpath.endsWith('.json'))
  .map((subpath) => subpath.replace(/^\./, 'mcp-governance'));

/** Runs a program and gives back its stdout; anything but success throws what it said. */
export function run(cwd: string, command: string, args: readonly string[]): string {
  // A jest that npm started tells its children which package they belong to: this one is a stranger.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(package|lifecycle)_|^npm_config_local_prefix$|^INIT_CWD$|^NODE_OPTIONS$/.test(name),
    ),
  );
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}${error?.message ?? ''}`);
}

/** A new folder outside the repository in which a user could have installed the package; `file` writes into it. */
export class Consumer {
  readonly folder = mkdtempSync(join(tmpdir(), 'mcp-governance-consumer-'));

  /** Packs the package as npm would publish it, and installs it with no host beside it. */
  install(): void {
    this.file('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
    run(root, process.execPath, ['scripts/build.mjs']);
    const packed = run(root, 'npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', this.folder]);
    const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
    this.add([join(this.folder, filename)]);
  }

  /** Installs packages, in the versions that we develop against. */
  add(names: readonly string[]): void {
    const wanted = names.map((name) => {
      const version = manifest.devDependencies[name] ?? manifest.peerDependencies?.[name];
      return version === undefined ? name : `${name}@${version}`;
    });
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    run(this.folder, 'npm', ['install', ...quiet, ...wanted]);
  }

  /** Writes a file and gives back its path. */
  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Runs a module under plain node and gives back what it printed. */
  node(text: string): string {
    return run(this.folder, process.execPath, [this.file('probe.mjs', text)]);
  }

  /** Type-checks files as a strict user would; gives back what is wrong in them or in our declarations. */
  typeErrors(files: Readonly<Record<string, string>>): string[] {
    for (const [name, text] of Object.entries(files)) this.file(name, text);
    const compilerOptions = {
      ...{ target: 'ES2022', module: 'NodeNext', moduleResolution: 'NodeNext', strict: true, noEmit: true },
      ...{ skipLibCheck: false, types: ['node'], exactOptionalPropertyTypes: true },
    };
    this.file('tsconfig.json', JSON.stringify({ compilerOptions, files: Object.keys(files) }));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const args = [tsc, '-p', this.folder, '--pretty', 'false'];
    const { stdout } = spawnSync(process.execPath, args, { cwd: this.folder, encoding: 'utf8' });
    // Other packages' declarations are not ours to mend.
    return stdout
      .split('\n')
      .filter((line) => /error TS/.test(line) && !/^node_modules\/(?!mcp-governance\/)/.test(line));
  }

  /** Every file that is loaded when a specifier is imported, ES modules and CommonJS alike. */
  filesLoadedBy(specifier: string): string[] {
    const log = this.file('loaded.log', '');
    // The hooks run on a thread of their own: a file is the simplest way back. They see no `require` inside CommonJS,
    // whose cache is read afterwards.
    this.file(
      'hooks.mjs',
      `import { appendFileSync } from 'node:fs';
       export async function resolve(specifier, context, next) {
         const resolved = await next(specifier, context);
         appendFileSync(${JSON.stringify(log)}, resolved.url + '\\n');
         return resolved;
       }`,
    );
    const required = this.node(
      `import { createRequire, register } from 'node:module';
       register('./hooks.mjs', import.meta.url);
       await import(${JSON.stringify(specifier)});
       console.log(JSON.stringify(Object.keys(createRequire(import.meta.url).cache)));
       process.exit(0);`,
    );
    const imported = readFileSync(log, 'utf8').trim().split('\n');
    return [...new Set([...imported, ...(JSON.parse(required) as string[])])];
  }
}
