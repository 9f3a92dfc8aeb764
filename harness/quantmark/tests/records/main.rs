//! Records, what is rendered from them, and the schemas they hold to.

mod claims;
mod record;
mod reports;
mod sample;
mod schemas;
