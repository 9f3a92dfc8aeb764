//! Work that is ready to be repeated.

use std::time::Instant;

/// Repeats work in this process.
pub type Work<'a> = Box<dyn FnMut() + 'a>;

/// One side of a timing.
pub trait Timed {
    /// Does the work so many times; seconds that one took.
    fn time(&mut self, repeats: u32) -> f64;

    /// Why times are none, where the side did not go on to the end.
    fn failure(&self) -> Option<&str> {
        None
    }

    /// The product that the work comes to, where it is one that can be compared: `rows` numbers an activation.
    fn product(&self) -> Option<Vec<f32>> {
        None
    }
}

impl Timed for Work<'_> {
    fn time(&mut self, repeats: u32) -> f64 {
        let start = Instant::now();
        for _ in 0..repeats {
            self();
        }
        start.elapsed().as_secs_f64() / f64::from(repeats)
    }
}
