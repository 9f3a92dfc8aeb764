//! The commands of `quantmark`, one file each: its arguments, and `run`.

pub mod bench;
pub mod claims;
pub mod codegen;
pub mod compare;
pub mod conform;
pub mod cost;
mod costs;
pub mod device_args;
pub mod devices;
pub mod doctor;
pub mod history;
pub mod hostile;
pub mod importance;
pub mod inspect;
pub mod lab;
pub mod models;
mod on_device;
mod opponent;
pub mod oracle;
pub mod perplexity;
pub mod quantize;
pub mod recommend;
mod relay;
pub mod report;
mod runnable;
pub mod speed;

use quantmark_cli::Exit;
use quantmark_fault::Failure;
