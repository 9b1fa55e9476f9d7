// Preloaded into the program: its clock is where the story is, and continues from there.
const asked = Number(process.env.TRIPLINE_FIXTURE_NOW);
const real = Date.now;
const began = real();
Date.now = () => asked + (real() - began);
