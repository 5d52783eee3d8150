/** What a controlplane that was killed had answered, held against what it says after the next start. */
export class Answered {
  /** Policies by id as they were last answered; null where they were deleted. */
  #policies = new Map();
  #approvals = new Map();
  #keys = new Set();
  #events = new Set();
  /** Ids that are not looked at yet. */
  #fresh = new Set();
  #counts = { policies: 0, approvals: 0, keys: 0, events: 0 };

  get summary() {
    const { policies, approvals, keys, events } = this.#counts;
    return (
      `${policies} writes to policies, ${approvals} to approvals, ${keys} keys and ${events} events answered, ` +
      `none of them lost; revisions 1 to ${this.revision} without a gap; every event once, and the record verifies`
    );
  }

  policy(answer) {
    this.#counts.policies++;
    this.#policies.set(answer.id, answer);
    this.#fresh.add(answer.id);
    return answer;
  }

  deleted(id) {
    this.#counts.policies++;
    this.#policies.set(id, null);
  }

  approval(answer) {
    this.#counts.approvals++;
    this.#approvals.set(answer.id, answer);
    this.#fresh.add(answer.id);
    return answer;
  }

  key(answer) {
    this.#counts.keys++;
    this.#keys.add(answer.id);
  }

  events(events, { accepted, duplicates }) {
    if (accepted + duplicates !== events.length) throw new Error('a batch was answered with another number of events');
    if (duplicates === 0) this.#counts.events += events.length;
    for (const { id } of events) this.#events.add(id);
  }

  /** Looks at what was answered since the last time. Throws where a promise was broken. */
  async check(ask) {
    for (const id of this.#fresh) await this.#checkOne(ask, id);
    this.#fresh.clear();
  }

  /** Looks at everything. */
  async checkAll(ask) {
    for (const id of [...this.#policies.keys(), ...this.#approvals.keys()]) await this.#checkOne(ask, id);
    const { keys } = await ask('GET', '/api/v1/keys');
    const valid = new Set(keys.filter(({ revoked_at }) => revoked_at === null).map(({ id }) => id));
    for (const id of this.#keys) if (!valid.has(id)) throw new Error(`the key ${id} is lost`);
    await this.#checkEvents(ask);
    await this.#checkRevisions(ask);
  }

  async #checkOne(ask, id) {
    if (this.#approvals.has(id)) {
      const { state } = await ask('GET', `/api/v1/approvals/${id}`);
      const told = this.#approvals.get(id).state;
      // A decision may have been kept and not answered; one that was answered stays, until its time is up.
      const may = { pending: ['approved', 'denied', 'expired'], approved: ['lapsed'] }[told] ?? [];
      if (state !== told && !may.includes(state)) throw new Error(`the approval ${id} was ${told} and is ${state}`);
      return;
    }
    const told = this.#policies.get(id);
    const { history } = await ask('GET', `/waxell/v1/policies/${id}/history/`);
    const kept =
      told === null ? history[0].policy === null : history.some(({ revision }) => revision === told.revision);
    if (!kept) throw new Error(`a change of the policy ${id} is lost`);
  }

  async #checkEvents(ask) {
    const seen = new Set();
    for (let cursor = ''; ;) {
      const page = await ask('GET', `/api/v1/audit?limit=1000${cursor}`);
      for (const { id } of page.events) {
        if (seen.has(id)) throw new Error(`the event ${id} is there twice`);
        seen.add(id);
      }
      if (page.cursor === null) break;
      cursor = `&cursor=${page.cursor}`;
    }
    for (const id of this.#events) if (!seen.has(id)) throw new Error(`the event ${id} is lost`);
    const { ok } = await ask('GET', '/api/v1/audit/verify');
    if (!ok) throw new Error('the record does not verify');
  }

  async #checkRevisions(ask) {
    let next;
    for (let before = ''; ;) {
      const { changes } = await ask('GET', `/api/v1/changes?limit=1000${before}`);
      if (changes.length === 0) break;
      this.revision ??= changes[0].revision;
      for (const { revision } of changes) {
        if (next !== undefined && revision !== next) throw new Error(`revision ${next} is missing`);
        next = revision - 1;
      }
      if (next === 0) break;
      before = `&before=${next + 1}`;
    }
    if (next !== 0) throw new Error('the first revisions are missing');
  }
}
