//! llama.cpp's whole models behind the interface of all implementations.

use super::llama::{LlamaContext, LlamaModel};
use crate::refusal::Refusal;
use crate::whole_model::{ModelSession, WholeModel};

impl WholeModel for LlamaModel {
    fn tokenize(&self, text: &[u8]) -> Result<Vec<u32>, Refusal> {
        Ok(Self::tokenize(self, text)?)
    }

    fn logits(&self, tokens: &[u32], threads: usize) -> Result<Vec<f32>, Refusal> {
        Ok(Self::logits(self, tokens, threads)?)
    }

    fn session(&self, tokens: usize, threads: usize) -> Result<Box<dyn ModelSession + '_>, Refusal> {
        Ok(Box::new(LlamaContext::with_waiting_threads(self, tokens, threads)?))
    }
}

impl ModelSession for LlamaContext<'_> {
    fn restart(&mut self) {
        Self::restart(self);
    }

    fn read(&mut self, tokens: &[u32]) -> Result<(), Refusal> {
        Self::read(self, tokens, false)?;
        Ok(())
    }

    fn rest(&mut self) {
        Self::rest(self);
    }
}
