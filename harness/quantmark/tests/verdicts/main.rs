//! Histories and what they say.

mod files;
mod noise;
mod simulation;
