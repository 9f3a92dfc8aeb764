//! Devices, runners and the commands around them.

mod commands;
mod emulated;
mod server;
mod ssh;
