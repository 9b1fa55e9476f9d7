import { type Calendar, dayOf, hourOf, isWeekend } from "./calendar.ts";
import type { Machine } from "./machine.ts";
import { random } from "./random.ts";

/** Of the machines that are switched off at night, this share is on in office hours, and that one outside of them. */
const IN_OFFICE = 0.85;
/** Few people leave their machine on most nights, most hardly ever: together 15 %. */
const NIGHT_OWLS = 0.2;
const OWL = 0.55;
const OTHERS = 0.05;

/** Is the machine there and switched on? Its own habits and the day decide. */
export function presence(seed: number, time: Calendar): (machine: Machine, n: number) => boolean {
  const habits = new Map<string, Habit>();
  const habitOf = ({ truth }: Machine): Habit => {
    const known = habits.get(truth) ?? newHabit(seed, truth);
    habits.set(truth, known);
    return known;
  };
  return (machine, n) => {
    if (n < machine.born || n >= machine.gone) return false;
    return !machine.leased || machine.guest || isOn(habitOf(machine), dayOf(time, n), hourOf(time, n));
  };
}

interface Habit {
  readonly draw: (what: string, day: number) => number;
  readonly comes: number;
  readonly stays: number;
  readonly arrives: number;
  readonly leaves: number;
}

function newHabit(seed: number, truth: string): Habit {
  const chance = random(seed, "habit", truth);
  return {
    draw: (what, day) => random(seed, "habit", truth, what, day).next(),
    comes: IN_OFFICE + chance.between(-0.1, 0.1),
    stays: chance.chance(NIGHT_OWLS) ? OWL : OTHERS,
    arrives: chance.between(6.6, 7.9),
    leaves: chance.between(16.6, 18),
  };
}

function isOn(habit: Habit, day: number, hour: number): boolean {
  const arrives = habit.arrives + habit.draw("arrives", day);
  const leaves = habit.leaves + habit.draw("leaves", day);
  if (!isWeekend(day) && hour >= arrives && hour < leaves) return habit.draw("comes", day) < habit.comes;
  // The small hours belong to the evening before.
  const evening = hour < arrives ? day - 1 : day;
  return habit.draw("stays", evening) < habit.stays;
}
