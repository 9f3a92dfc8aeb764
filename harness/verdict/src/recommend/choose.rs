//! Which of the candidates.

use super::candidates::Candidate;
use super::uses::{Prefers, Use};

/// Speeds that differ by less are told apart by quality: projections are no better than that.
pub const SAME_SPEED: f64 = 0.97;

/// A pick, and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice<'a> {
    /// The pick.
    pub pick: &'a Candidate,
    /// Whether its loss is within what the use puts up with.
    pub within_loss: bool,
    /// How many were on the front and fit.
    pub of: usize,
    /// The one of them with the next smaller divergence.
    pub better: Option<&'a Candidate>,
    /// The next smaller one.
    pub smaller: Option<&'a Candidate>,
}

/// The candidates that no other surpasses in size, speed and divergence at once; those with a number missing are left
/// out.
pub fn front(candidates: &[Candidate]) -> Vec<&Candidate> {
    let numbers = |one: &Candidate| Some((one.bytes, one.tokens_per_second?, one.kld?));
    let whole: Vec<_> = candidates.iter().filter_map(|one| Some((one, numbers(one)?))).collect();
    let surpasses = |a: (u64, f64, f64), b: (u64, f64, f64)| a.0 <= b.0 && a.1 >= b.1 && a.2 <= b.2 && a != b;
    let unsurpassed = whole.iter().filter(|(_, one)| !whole.iter().any(|(_, other)| surpasses(*other, *one)));
    unsurpassed.map(|(candidate, _)| *candidate).collect()
}

/// Whether a model's weights fit: bytes of memory, of which the use gives them a share.
pub fn fits(candidate: &Candidate, memory: u64, asked: &Use) -> bool {
    candidate.bytes as f64 <= memory as f64 * asked.memory
}

/// The pick for a use; `None` where nothing on the front fits.
pub fn choose<'a>(candidates: &'a [Candidate], memory: u64, asked: &Use) -> Option<Choice<'a>> {
    let mut fitting: Vec<&Candidate> = front(candidates).into_iter().filter(|one| fits(one, memory, asked)).collect();
    fitting.sort_by(|a, b| kld(a).total_cmp(&kld(b)));
    let within: Vec<&Candidate> = fitting
        .iter()
        .copied()
        .filter(|one| one.perplexity_change.is_some_and(|loss| loss <= asked.most_loss))
        .collect();
    let pick = match asked.prefers {
        Prefers::Speed if !within.is_empty() => {
            let fastest = within.iter().map(|one| speed(one)).fold(0.0, f64::max);
            // In the order of divergence, so the first that is as fast is the best.
            within.iter().copied().find(|one| speed(one) >= SAME_SPEED * fastest)?
        }
        _ => fitting.first().copied()?,
    };
    let place = fitting.iter().position(|one| one.file_type == pick.file_type)?;
    let smaller = fitting.iter().copied().filter(|one| one.bytes < pick.bytes).max_by_key(|one| one.bytes);
    Some(Choice {
        pick,
        within_loss: within.iter().any(|one| one.file_type == pick.file_type),
        of: fitting.len(),
        better: place.checked_sub(1).map(|place| fitting[place]),
        smaller,
    })
}

fn kld(candidate: &Candidate) -> f64 {
    candidate.kld.unwrap_or(f64::INFINITY)
}

fn speed(candidate: &Candidate) -> f64 {
    candidate.tokens_per_second.unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::super::uses;
    use super::*;

    fn candidate(file_type: &str, bytes: u64, speed: f64, loss: f64) -> Candidate {
        Candidate {
            file_type: file_type.into(),
            format: "q4_K".into(),
            bytes,
            bytes_measured: false,
            tokens_per_second: Some(speed),
            speed_measured: false,
            perplexity_change: Some(loss),
            kld: Some(loss),
            quality_measured: false,
            missing: None,
        }
    }

    fn some() -> Vec<Candidate> {
        let mut some = vec![
            candidate("F16", 2000, 10.0, 0.0),
            candidate("Q8_0", 1000, 20.0, 0.001),
            candidate("Q4_K_M", 600, 30.0, 0.02),
            candidate("Q4_0", 610, 29.0, 0.06),
            candidate("IQ4_XS", 550, 29.5, 0.04),
            candidate("IQ2_XXS", 300, 25.0, 0.5),
        ];
        some[0].missing = None;
        some
    }

    fn named(name: &str) -> Use {
        uses().into_iter().find(|one| one.name == name).unwrap()
    }

    #[test]
    fn the_front_is_what_nothing_surpasses() {
        let some = some();
        let names: Vec<&str> = front(&some).iter().map(|one| one.file_type.as_str()).collect();
        assert_eq!(names, ["F16", "Q8_0", "Q4_K_M", "IQ4_XS", "IQ2_XXS"]);
    }

    #[test]
    fn each_use_has_its_pick() {
        let some = some();
        let pick = |name: &str, memory| choose(&some, memory, &named(name)).map(|choice| choice.pick.file_type.clone());
        // As fast within the tolerance, and better.
        assert_eq!(pick("mobile", 1200).as_deref(), Some("Q4_K_M"));
        assert_eq!(pick("mobile", 1100).as_deref(), Some("IQ4_XS"));
        assert_eq!(pick("research", 4000).as_deref(), Some("F16"));
        assert_eq!(pick("research", 1200).as_deref(), Some("Q8_0"));
        assert_eq!(pick("mobile", 599), None);
        let short = choose(&some, 700, &named("mobile")).unwrap();
        assert_eq!((short.pick.file_type.as_str(), short.within_loss), ("IQ2_XXS", false));
    }

    #[test]
    fn a_missing_number_keeps_a_candidate_out() {
        let mut some = some();
        some[2].tokens_per_second = None;
        assert!(front(&some).iter().all(|one| one.file_type != "Q4_K_M"));
    }
}
