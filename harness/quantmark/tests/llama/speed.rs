//! Whole models timed beside llama.cpp's.

use quantmark_containers::gguf::GgufFile;
use quantmark_implementations::llama_cpp::{LlamaContext, LlamaModel};
use quantmark_kernels::Available;
use quantmark_model::network::Model;
use quantmark_speed::model::model_speed;

use crate::oracle::{CPU, libraries, reference_model};

const TOKENS: [u32; 12] = [5, 900, 17, 33, 2, 250, 77, 410, 8, 99, 123, 64];

/// What is timed must be the work: one token after another ends where all at once do, resting in between or not.
#[test]
fn a_context_goes_on_where_it_was() {
    let Some(libraries) = libraries() else { return };
    let model = LlamaModel::open(&libraries, CPU, &reference_model()).unwrap();
    let all = model.logits(&TOKENS, 2).unwrap();
    let expected = &all[all.len() / TOKENS.len() * (TOKENS.len() - 1)..];
    let mut context = LlamaContext::with_waiting_threads(&model, 64, 2).unwrap();
    for rest in [false, true] {
        context.restart();
        let mut last = Vec::new();
        for token in TOKENS.chunks(1) {
            last = context.read(token, false).unwrap().to_vec();
            if rest {
                context.rest();
            }
        }
        assert_eq!(last.len(), expected.len());
        let farthest = last.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(farthest < 0.02, "{farthest}");
    }
    assert!(context.read(&[1_000_000], false).is_err());
}

#[test]
fn both_sides_are_timed_in_turn() {
    let Some(libraries) = libraries() else { return };
    let file = GgufFile::open(&reference_model()).unwrap();
    let model = Model::read(&file, Available::strongest(None)).unwrap();
    let theirs = LlamaModel::open(&libraries, CPU, &reference_model()).unwrap();
    let mut context = LlamaContext::with_waiting_threads(&theirs, 512, 1).unwrap();
    let speed = model_speed(&model, &TOKENS, Some(&mut context), 2).unwrap();
    for rates in [&speed.pp512, &speed.tg128] {
        assert_eq!((rates.ours.len(), rates.theirs.len()), (2, 2));
        assert!(rates.ours.iter().chain(&rates.theirs).all(|rate| rate.is_finite() && *rate > 0.0));
    }
    let against = speed.against("llama.cpp", CPU).unwrap();
    assert!(against.pp512_ratio.low <= against.pp512_ratio.median && against.tg128 > 0.0);
    assert!(model_speed(&model, &TOKENS, None, 1).unwrap().against("llama.cpp", CPU).is_none());
}
