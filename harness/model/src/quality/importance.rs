//! What a model's matrices are multiplied with when it reads a text: the importance of their columns.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::windows::Windows;
use crate::importance::Sums;
use crate::network::{Model, Session, UnknownToken};

/// Adds up the squares of what each matrix of the layers is multiplied with, over all tokens of all windows.
///
/// # Errors
/// The text has a token that the model lacks.
pub fn collect_importance(
    model: &Model<'_>,
    windows: &Windows,
    progress: &dyn Fn(),
) -> Result<BTreeMap<String, Sums>, UnknownToken> {
    let collected: RefCell<BTreeMap<String, Sums>> = RefCell::default();
    let mut session = Session::observed(model, |name, cols, inputs| {
        collected.borrow_mut().entry(name.to_owned()).or_insert_with(|| Sums::new(cols)).add(inputs);
    });
    for window in 0..windows.count() {
        session.restart();
        session.read(&windows.input(window), 0..0)?;
        progress();
    }
    drop(session);
    Ok(collected.into_inner())
}
