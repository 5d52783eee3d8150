/** Tools and servers come by the dozen; names that somebody makes up must not fill the memory. */
const MOST_ENTRIES = 4096;
const LONGEST_NAME = 256;

/** Keeps what was found out about a tool on a server. */
export class ToolCache<T> {
  readonly #servers = new Map<string, Map<string, T>>();
  #size = 0;

  constructor(private readonly make: (server: string, tool: string) => T) {}

  /** What is known of a tool; found out when it is asked first. */
  get(server: string, tool: string): T {
    const known = this.#servers.get(server)?.get(tool);
    if (known !== undefined) return known;
    const made = this.make(server, tool);
    if (tool.length <= LONGEST_NAME && server.length <= LONGEST_NAME) this.#keep(server, tool, made);
    return made;
  }

  #keep(server: string, tool: string, made: T): void {
    if (this.#size >= MOST_ENTRIES) {
      this.#servers.clear();
      this.#size = 0;
    }
    const tools = this.#servers.get(server);
    if (tools === undefined) this.#servers.set(server, new Map([[tool, made]]));
    else tools.set(tool, made);
    this.#size++;
  }
}
