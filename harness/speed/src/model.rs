//! Whole models: tokens a second, in turn with llama.cpp's.

use std::hint::black_box;
use std::time::{Duration, Instant};

use quantmark_implementations::ModelSession;
use quantmark_model::network::{Model, Session};
use quantmark_model::tokenizer::TokenId;
use quantmark_record::schema::{Interval, ModelAgainst};
use quantmark_record::statistics::{median, paired_ratio};

use super::awake::awake;
use super::error::SpeedError;

/// Tokens that are read at once.
const MANY: usize = 512;

/// Tokens that are read one after another.
const FEW: usize = 128;

/// Threads that have finished watch for more work before they sleep; that long, the other side waits.
const REST: Duration = Duration::from_millis(5);

/// The seed of the bootstrap intervals.
const SEED: u64 = 1;

/// Tokens a second of each look, ours and the other side's in turn; the other side's are empty where there is none.
#[derive(Clone, Debug, Default)]
pub struct Rates {
    /// Ours.
    pub ours: Vec<f64>,
    /// The other side's.
    pub theirs: Vec<f64>,
}

impl Rates {
    /// The median of ours.
    pub fn median(&self) -> Option<f64> {
        median(&self.ours)
    }

    /// Ours over the other side's.
    pub fn ratio(&self) -> Option<Interval> {
        paired_ratio(&self.ours, &self.theirs, SEED)
    }
}

/// How fast a model runs.
#[derive(Clone, Debug, Default)]
pub struct ModelSpeed {
    /// 512 tokens read at once.
    pub pp512: Rates,
    /// 128 tokens read one after another.
    pub tg128: Rates,
}

impl ModelSpeed {
    /// The other side, where it was timed.
    pub fn against(&self, implementation: &str, variant: &str) -> Option<ModelAgainst> {
        Some(ModelAgainst {
            implementation: implementation.to_owned(),
            variant: variant.to_owned(),
            pp512: median(&self.pp512.theirs)?,
            tg128: median(&self.tg128.theirs)?,
            pp512_ratio: self.pp512.ratio()?,
            tg128_ratio: self.tg128.ratio()?,
        })
    }
}

/// Looks so many times at both speeds, on the threads of the pool that it runs in; the other side brings its own. Tokens
/// are repeated until there are enough. The first look is not counted.
///
/// # Errors
/// A token that the model does not have, or that the other side refuses.
pub fn model_speed(
    model: &Model<'_>,
    tokens: &[TokenId],
    mut theirs: Option<&mut (dyn ModelSession + '_)>,
    looks: usize,
) -> Result<ModelSpeed, SpeedError> {
    let tokens: Vec<TokenId> = tokens.iter().copied().cycle().take(MANY).collect();
    let mut session = Session::new(model);
    let mut speed = ModelSpeed::default();
    for look in 0..=looks {
        for (rates, tokens, at_once) in [(&mut speed.pp512, &tokens[..], MANY), (&mut speed.tg128, &tokens[..FEW], 1)] {
            let ours = our_rate(&mut session, model, tokens, at_once)?;
            let theirs = theirs.as_mut().map(|theirs| their_rate(&mut **theirs, tokens, at_once)).transpose()?;
            if look > 0 {
                rates.ours.push(ours);
                rates.theirs.extend(theirs);
            }
        }
    }
    Ok(speed)
}

fn our_rate(
    session: &mut Session<'_, '_>,
    model: &Model<'_>,
    tokens: &[TokenId],
    at_once: usize,
) -> Result<f64, SpeedError> {
    session.restart();
    std::thread::sleep(REST);
    awake(|| {
        let start = Instant::now();
        for batch in tokens.chunks(at_once) {
            let rows = session.read(batch, batch.len() - 1..batch.len())?;
            black_box(model.logits(&rows));
        }
        Ok(tokens.len() as f64 / start.elapsed().as_secs_f64())
    })
}

fn their_rate(theirs: &mut dyn ModelSession, tokens: &[TokenId], at_once: usize) -> Result<f64, SpeedError> {
    theirs.restart();
    std::thread::sleep(REST);
    let start = Instant::now();
    for batch in tokens.chunks(at_once) {
        theirs.read(batch)?;
    }
    let seconds = start.elapsed().as_secs_f64();
    theirs.rest();
    Ok(tokens.len() as f64 / seconds)
}
