//! Reading the windows of a text.

use std::borrow::Cow;

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
pub fn measure(model: &Model<'_>, windows: &Windows, progress: &dyn Fn(f64)) -> Result<Perplexity, UnknownToken> {
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

/// A model to measure divergence from, and what it has behind each position of each window whose prediction counts.
pub struct Base<'m, 'f> {
    model: &'m Model<'f>,
    rows: Box<Rows<'m>>,
}

type Rows<'m> = dyn FnMut(usize) -> Result<Cow<'m, [f32]>, UnknownToken> + 'm;

impl<'m, 'f> Base<'m, 'f> {
    /// A base that reads each window when its turn comes.
    pub fn new(model: &'m Model<'f>, windows: &'m Windows) -> Self {
        let mut session = Session::new(model);
        Self { model, rows: Box::new(move |window| read(&mut session, windows, window).map(Cow::Owned)) }
    }

    /// A base that has read its windows already, see [`read_all`].
    pub fn with_rows(model: &'m Model<'f>, rows: &'m [Vec<f32>]) -> Self {
        Self { model, rows: Box::new(move |window| Ok(Cow::Borrowed(&rows[window]))) }
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
/// The text has a token that one of both lacks.
pub fn measure_against(
    model: &Model<'_>,
    base: &mut Base<'_, '_>,
    windows: &Windows,
    progress: &dyn Fn(f64),
) -> Result<(Perplexity, Perplexity, Divergence), UnknownToken> {
    let mut session = Session::new(model);
    let (mut surprises, mut ones) = ([Vec::new(), Vec::new()], Vec::new());
    for window in 0..windows.count() {
        let (model_rows, base_rows) = (read(&mut session, windows, window)?, (base.rows)(window)?);
        let model_rows = model_rows.chunks(PREDICTIONS_AT_A_TIME * model.hyperparameters().embedding);
        let base_rows = base_rows.chunks(PREDICTIONS_AT_A_TIME * base.model.hyperparameters().embedding);
        let targets = windows.targets(window).chunks(PREDICTIONS_AT_A_TIME);
        for ((model_rows, base_rows), targets) in model_rows.zip(base_rows).zip(targets) {
            let logits = [model.logits(model_rows), base.model.logits(base_rows)];
            let [model_rows, base_rows] =
                logits.each_ref().map(|logits| logits.par_chunks(logits.len() / targets.len()));
            let found: Vec<([f64; 2], One)> = model_rows
                .zip(base_rows)
                .zip(targets)
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
