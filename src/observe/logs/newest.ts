/** The newest `most` of many, given in any order. */
export class Newest<T> {
  #items: T[] = [];

  constructor(
    readonly most: number,
    readonly timeOf: (item: T) => number,
  ) {}

  add(item: T): void {
    this.#items.push(item);
    if (this.#items.length >= 2 * this.most) this.#items = this.ascending();
  }

  ascending(): T[] {
    return [...this.#items].sort((a, b) => this.timeOf(a) - this.timeOf(b)).slice(-this.most);
  }
}
