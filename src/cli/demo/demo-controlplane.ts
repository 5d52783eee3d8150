import { join } from 'node:path';
import { type Controlplane, createControlplane } from '../../controlplane/index.js';
import { Administrator } from './administrator.js';
import { APPROVER } from './settings.js';
import { TemporaryFolder } from './temporary-folder.js';

/** A controlplane in this process, on any port that is free, with its database in a temporary folder. */
export class DemoControlplane {
  /** Its address, the same after each start. */
  readonly url: string;
  /** Creates policies. */
  readonly editor: Administrator;
  /** Decides on calls. */
  readonly approver: Administrator;
  /** What connects a server to it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #folder: TemporaryFolder;
  #service: Controlplane | undefined;

  private constructor(folder: TemporaryFolder, service: Controlplane, url: string, keys: readonly string[]) {
    const [editor = '', approver = '', server = ''] = keys;
    this.#folder = folder;
    this.#service = service;
    this.url = url;
    this.editor = new Administrator(url, editor);
    this.approver = new Administrator(url, approver);
    this.environment = { WAXELL_API_URL: url, WAXELL_API_KEY: server, XDG_STATE_HOME: folder.path };
  }

  /** Starts one, with three keys. Leaves nothing behind where that fails. */
  static async open(): Promise<DemoControlplane> {
    const folder = new TemporaryFolder();
    let service: Controlplane | undefined;
    try {
      service = await createOn(folder, 0);
      const { url } = await service.start();
      const keys = [
        await service.createKey('editor', 'editor'),
        await service.createKey(APPROVER, 'approver'),
        await service.createKey('filesystem', 'agent'),
      ];
      const secrets = keys.map(({ key }) => key);
      return new DemoControlplane(folder, service, url, secrets);
    } catch (fault) {
      await service?.stop();
      folder.remove();
      throw fault;
    }
  }

  /** Stops the service; its database stays. */
  async stop(): Promise<void> {
    await this.#service?.stop();
    this.#service = undefined;
  }

  /** Starts the service again: same database, same address. */
  async restart(): Promise<void> {
    this.#service = await createOn(this.#folder, Number(new URL(this.url).port));
    await this.#service.start();
  }

  /** Stops it, and removes everything it wrote. */
  async close(): Promise<void> {
    await this.stop();
    this.#folder.remove();
  }
}

function createOn({ path }: TemporaryFolder, port: number): Promise<Controlplane> {
  return createControlplane({
    databaseUrl: `file:${join(path, 'controlplane.db')}`,
    host: '127.0.0.1',
    port,
    logLevel: 'silent',
    // A few calls need no thread of their own.
    auditThread: false,
  });
}
