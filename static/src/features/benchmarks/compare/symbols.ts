/** A shape of its own for each compared run, so that colour alone decides nothing. */
import { symbol, symbolsFill } from "d3-shape";

const AREA = 70;

export const symbolPath = (place: number): string => symbol(symbolsFill[place % symbolsFill.length]!, AREA)() ?? "";
