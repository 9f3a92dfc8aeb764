//! Reading the windows of a text.

use std::borrow::Cow;
use std::ops::Range;

use rayon::prelude::*;
use serde::Serialize;

use super::divergence::{Divergence, One};
use super::log_probabilities::LogProbabilities;
use super::windows::Windows;
use crate::network::{Model, Session, UnknownToken};

/// Predictions whose logits are held at a time: those of a large vocabulary take a megabyte each.
const PREDICTIONS_AT_A_TIME: usize = 32;

/// How well a model predicts a text.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Perplexity {
    /// The perplexity: the exponential of the mean surprise.
    pub perplexity: f64,
    /// Its standard error.
    pub error: f64,
    /// Predictions that count.
    pub predictions: usize,
}

impl Perplexity {
    fn over(surprises: &[f64]) -> Self {
        let count = surprises.len() as f64;
        let mean = surprises.iter().sum::<f64>() / count;
        let variance = surprises.iter().map(|surprise| surprise * surprise).sum::<f64>() / count - mean * mean;
        let error = (variance.max(0.0) / (count - 1.0).max(1.0)).sqrt();
        Self { perplexity: mean.exp(), error: error * mean.exp(), predictions: surprises.len() }
    }
}

/// Measures a model; `progress` hears of each window with the perplexity so far.
///
/// # Errors
/// The text has a token that the model lacks.
pub fn measure(model: &Model<'_>, windows: &Windows, progress: &dyn Fn(f64)) -> Result<Perplexity, MeasureError> {
    let mut session = Session::new(model);
    let mut surprises = Vec::new();
    for window in 0..windows.count() {
        let rows = read(&mut session, windows, window)?;
        let sizes = model.hyperparameters();
        let targets = windows.targets(window).chunks(PREDICTIONS_AT_A_TIME);
        for (rows, targets) in rows.chunks(PREDICTIONS_AT_A_TIME * sizes.embedding).zip(targets) {
            let logits = model.logits(rows);
            let logits = logits.par_chunks(logits.len() / targets.len());
            let surprise = |(logits, &target): (&[f32], &u32)| -LogProbabilities::of(logits).get(target as usize);
            surprises.par_extend(logits.zip(targets).map(surprise));
        }
        progress(Perplexity::over(&surprises).perplexity);
    }
    Ok(Perplexity::over(&surprises))
}

/// What divergence is measured from: predictions for each window.
pub struct Base<'m>(Box<Predictions<'m>>);

type Predictions<'m> = dyn FnMut(usize) -> Result<Window<'m>, MeasureError> + 'm;

/// The predictions of a window that count.
enum Window<'m> {
    /// What a model has behind the positions, from which it predicts.
    Rows(&'m Model<'m>, Cow<'m, [f32]>),
    /// The logits themselves.
    Logits(Vec<f32>),
}

/// Why a model was not measured.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// The text has a token that the model lacks.
    #[error(transparent)]
    UnknownToken(#[from] UnknownToken),
    /// The other side does not predict.
    #[error("{0}")]
    Base(String),
}

impl<'m> Base<'m> {
    /// A model that reads each window when its turn comes.
    pub fn model(model: &'m Model<'m>, windows: &'m Windows) -> Self {
        let mut session = Session::new(model);
        Self(Box::new(move |window| Ok(Window::Rows(model, Cow::Owned(read(&mut session, windows, window)?)))))
    }

    /// A model that has read its windows already, see [`read_all`].
    pub fn rows(model: &'m Model<'m>, rows: &'m [Vec<f32>]) -> Self {
        Self(Box::new(move |window| Ok(Window::Rows(model, Cow::Borrowed(&rows[window])))))
    }

    /// Another program: for the tokens of a window it gives the logits behind each of them.
    pub fn logits(windows: &'m Windows, mut logits: impl FnMut(&[u32]) -> Result<Vec<f32>, String> + 'm) -> Self {
        Self(Box::new(move |window| {
            let tokens = windows.input(window);
            let all = logits(&tokens).map_err(MeasureError::Base)?;
            let vocabulary = all.len() / tokens.len();
            let counted = windows.first() * vocabulary..(windows.first() + windows.scored()) * vocabulary;
            Ok(Window::Logits(all[counted].to_vec()))
        }))
    }
}

impl Window<'_> {
    /// The logits of some of the `count` predictions.
    fn logits(&self, range: Range<usize>, count: usize) -> Cow<'_, [f32]> {
        let part = |numbers: &[f32]| {
            let each = numbers.len() / count;
            range.start * each..range.end * each
        };
        match self {
            Self::Rows(model, rows) => Cow::Owned(model.logits(&rows[part(rows)])),
            Self::Logits(logits) => Cow::Borrowed(&logits[part(logits)]),
        }
    }
}

/// What a model has behind each position of each window whose prediction counts.
///
/// # Errors
/// The text has a token that the model lacks.
pub fn read_all(model: &Model<'_>, windows: &Windows) -> Result<Vec<Vec<f32>>, UnknownToken> {
    let mut session = Session::new(model);
    (0..windows.count()).map(|window| read(&mut session, windows, window)).collect()
}

/// Measures a model and its divergence from a base with the same vocabulary, in one pass over the text. The first
/// perplexity is the model's, the second the base's.
///
/// # Errors
/// The text has a token that one of both lacks, the base does not predict, or has another vocabulary.
pub fn measure_against(
    model: &Model<'_>,
    base: &mut Base<'_>,
    windows: &Windows,
    progress: &dyn Fn(f64),
) -> Result<(Perplexity, Perplexity, Divergence), MeasureError> {
    let mut session = Session::new(model);
    let (mut surprises, mut ones) = ([Vec::new(), Vec::new()], Vec::new());
    for window in 0..windows.count() {
        let model_window = Window::Rows(model, Cow::Owned(read(&mut session, windows, window)?));
        let base_window = (base.0)(window)?;
        let targets = windows.targets(window);
        for (index, some) in targets.chunks(PREDICTIONS_AT_A_TIME).enumerate() {
            let start = index * PREDICTIONS_AT_A_TIME;
            let logits =
                [&model_window, &base_window].map(|side| side.logits(start..start + some.len(), targets.len()));
            if logits[0].len() != logits[1].len() {
                let [model, base] = logits.map(|logits| logits.len() / some.len());
                return Err(MeasureError::Base(format!("the base predicts {base} tokens, the model {model}")));
            }
            let [model_rows, base_rows] = logits.each_ref().map(|logits| logits.par_chunks(logits.len() / some.len()));
            let found: Vec<([f64; 2], One)> = model_rows
                .zip(base_rows)
                .zip(some)
                .map(|((model, base), &target)| {
                    let [model, base] = [LogProbabilities::of(model), LogProbabilities::of(base)];
                    let target = target as usize;
                    ([-model.get(target), -base.get(target)], One::of(&base, &model, target))
                })
                .collect();
            for ([model, base], one) in found {
                surprises[0].push(model);
                surprises[1].push(base);
                ones.push(one);
            }
        }
        progress(Perplexity::over(&surprises[0]).perplexity);
    }
    let [model, base] = surprises.each_ref().map(|surprises| Perplexity::over(surprises));
    Ok((model, base, Divergence::over(&ones)))
}

/// What the model has behind each position whose prediction counts.
fn read(session: &mut Session<'_, '_>, windows: &Windows, window: usize) -> Result<Vec<f32>, UnknownToken> {
    session.restart();
    session.read(&windows.input(window), windows.first()..windows.first() + windows.scored())
}

#[cfg(test)]
mod tests {
    use super::Perplexity;

    #[test]
    fn certain_and_even_predictions() {
        assert_eq!(Perplexity::over(&[0.0, 0.0]).perplexity, 1.0);
        let even = Perplexity::over(&[2f64.ln(), 2f64.ln(), 2f64.ln()]);
        assert!((even.perplexity - 2.0).abs() < 1e-12 && even.error < 1e-6);
    }
}
