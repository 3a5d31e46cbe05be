// Package fleet is one push run: which rows of the input are pushed, what is pushed, what an
// earlier run has settled, and what came of each row.
//
// A row's position in the whole input is its name: apns-ids derive from it, shards divide by
// it, and a resumed run goes on by it. Rows are read when the engine wants them and results
// leave as they come, so memory does not grow with the fleet, and a row that is accepted costs
// no allocation.
//
// It knows Apple's engine, the forms of input and the journal. It must not know flags, files,
// certificates, or in which language anything is told: inputs come as functions that open
// them, outputs as writers, and whoever starts a run has locked its journal.
package fleet
