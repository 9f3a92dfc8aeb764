//! Samples: the same work again and again, two implementations in turn.

use std::time::Duration;

use quantmark_implementations::timing::Timed;

/// How many samples, and how long each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// Looks at each timing, apart in time.
    pub looks: usize,
    /// Samples of each side in one look.
    pub pairs: usize,
    /// Shortest sample: work is repeated until one takes this long.
    pub sample: Duration,
}

/// Seconds that one repetition took, sample by sample.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    /// Ours.
    pub ours: Vec<f64>,
    /// The other side's, the i-th taken right after our i-th; empty without another side.
    pub theirs: Vec<f64>,
}

impl Samples {
    /// Adds those of another look; what the other side lacks in one look it lacks in all.
    pub fn add(&mut self, look: Self) {
        let paired = self.theirs.len() == self.ours.len() && look.theirs.len() == look.ours.len();
        self.ours.extend(look.ours);
        self.theirs.extend(look.theirs);
        if !paired {
            self.theirs.clear();
        }
    }
}

/// Takes the interleaved samples of one look.
///
/// Each side first runs until its caches and clocks have settled, which also tells how many repetitions make a sample.
pub fn interleave(sampling: Sampling, ours: &mut dyn Timed, mut theirs: Option<&mut (dyn Timed + '_)>) -> Samples {
    let our_repeats = calibrate(sampling.sample, ours);
    let their_repeats = theirs.as_mut().map(|side| calibrate(sampling.sample, &mut **side));
    let mut samples = Samples::default();
    for _ in 0..sampling.pairs {
        samples.ours.push(ours.time(our_repeats));
        if let (Some(side), Some(repeats)) = (theirs.as_mut(), their_repeats) {
            samples.theirs.push(side.time(repeats));
        }
    }
    samples
}

/// Doubles the repetitions until they take as long as a sample.
fn calibrate(sample: Duration, side: &mut dyn Timed) -> u32 {
    let mut repeats = 1;
    loop {
        let seconds = side.time(repeats) * f64::from(repeats);
        if seconds >= sample.as_secs_f64() || repeats >= 1 << 24 {
            return repeats;
        }
        repeats *= 2;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::time::Duration;

    use quantmark_implementations::timing::Work;

    use super::{Samples, Sampling, interleave};

    #[test]
    fn sides_take_turns() {
        let order = RefCell::new(Vec::new());
        let mut ours: Work<'_> = Box::new(|| order.borrow_mut().push('a'));
        let mut theirs: Work<'_> = Box::new(|| order.borrow_mut().push('b'));
        let sampling = Sampling { looks: 1, pairs: 3, sample: Duration::ZERO };
        let samples = interleave(sampling, &mut ours, Some(&mut theirs));
        assert_eq!((samples.ours.len(), samples.theirs.len()), (3, 3));
        drop((ours, theirs));
        assert_eq!(order.into_inner(), ['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b'], "one calibration, then pairs");
    }

    #[test]
    fn looks_without_the_other_side_leave_it_out() {
        let look = |theirs: &[f64]| Samples { ours: vec![1.0, 2.0], theirs: theirs.to_vec() };
        let of = |looks: &[&[f64]]| {
            let mut all = Samples::default();
            looks.iter().for_each(|theirs| all.add(look(theirs)));
            all
        };
        assert_eq!(of(&[&[3.0, 4.0], &[5.0, 6.0]]).theirs, [3.0, 4.0, 5.0, 6.0]);
        for missing in [[&[3.0, 4.0][..], &[]], [&[], &[3.0, 4.0]], [&[], &[]]] {
            let samples = of(&missing);
            assert_eq!((samples.ours.len(), samples.theirs.len()), (4, 0));
        }
    }

    #[test]
    fn a_sample_is_long_enough() {
        let mut work: Work<'_> = Box::new(|| std::thread::sleep(Duration::from_micros(200)));
        let sampling = Sampling { looks: 1, pairs: 2, sample: Duration::from_millis(2) };
        let samples = interleave(sampling, &mut work, None);
        assert!(samples.ours.iter().all(|&seconds| seconds >= 200e-6) && samples.theirs.is_empty());
    }
}
