//! Records, what is rendered from them, and the schemas they hold to.

mod record;
mod reports;
mod sample;
mod schemas;
