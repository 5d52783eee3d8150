import type { Clock } from '../call/clock.js';
import type { ListedTool, ListToolsContext } from '../call/host-request.js';
import type { ResolvedOptions } from '../config/resolve.js';
import { MemoryPins } from '../pins/pin-store.js';
import { PinFile } from '../pins/pin-file.js';
import { Pins } from '../pins/pins.js';
import type { Stage } from '../pipeline/stage.js';
import { createPinned } from '../stages/pinned.js';
import type { ControlplaneLink } from './controlplane-link.js';
import { logPinReport } from './pin-log.js';
import type { TextMask } from './text-mask.js';

/** What pinning the tools of a door stands on. */
export interface PinningOptions {
  readonly pins: NonNullable<ResolvedOptions['pins']>;
  readonly clock: Clock;
  readonly mask: TextMask;
  readonly link: ControlplaneLink | undefined;
}

/** The pins of one door: what its lists tell is held against them, and every call is. */
export class Pinning {
  readonly #pins: Pins;
  readonly #onChange: PinningOptions['pins']['onChange'];
  #settling: Promise<void> | undefined;

  constructor({ pins: { file, onChange }, clock, mask, link }: PinningOptions) {
    this.#onChange = onChange;
    this.#pins = new Pins({
      store: file === undefined ? new MemoryPins() : new PinFile(file),
      clock,
      mask: (definition) => mask.definition(definition),
      isAccepted: (server, tool, fingerprint) => link?.acceptsDefinition(server, tool, fingerprint) ?? false,
      onReport: (report) => {
        logPinReport(report, onChange, mask);
      },
    });
  }

  /** What a call has to wait for; undefined where that is nothing. */
  get settling(): Promise<void> | undefined {
    return this.#settling;
  }

  /** The stage that judges the calls of a server's tools. */
  stageFor(server: string): Stage {
    return createPinned({ pins: this.#pins, server, refuses: this.#onChange !== 'warn' });
  }

  /** Notes a server's instructions; calls wait until that is done. */
  instructed(server: string, instructions: string | undefined): Promise<void> {
    const noted = Promise.all([this.#settling, this.#pins.instructed(server, instructions)]).then(() => {
      if (this.#settling === noted) this.#settling = undefined;
    });
    this.#settling = noted;
    return noted;
  }

  /**
   * Notes a list of tools.
   *
   * @param server - As policies match it.
   * @param isGoverned - False for tools that are none of our business: they are listed whatever they are.
   * @returns Those that may be listed; the very list where all may.
   */
  async list(
    server: string,
    context: ListToolsContext,
    tools: readonly ListedTool[],
    isGoverned: (tool: string) => boolean,
  ): Promise<readonly ListedTool[]> {
    const listed: unknown = tools;
    // A low-level server may answer with anything: what is no list is its business.
    if (!Array.isArray(listed)) return tools;
    if (context.instructions !== undefined) await this.instructed(server, context.instructions());
    await this.#pins.listed(server, tools, context.page?.());
    if (this.#onChange !== 'block') return tools;
    const shown = tools.filter(
      (tool) =>
        typeof tool?.name !== 'string' ||
        this.#pins.standing(server, tool.name) === 'accepted' ||
        !isGoverned(tool.name),
    );
    return shown.length === tools.length ? tools : shown;
  }
}
