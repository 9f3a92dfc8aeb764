//! Devices, runners and the commands around them.

mod commands;
mod emulated;
mod lab;
mod server;
mod ssh;
