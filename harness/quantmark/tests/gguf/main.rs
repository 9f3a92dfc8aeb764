//! The reader and the writer of GGUF against files that were made to break them, and against each other.

mod command;
mod hostile;
mod mutation;
mod round_trip;
mod writer;
