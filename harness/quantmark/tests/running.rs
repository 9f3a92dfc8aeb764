//! Running models: what results may not depend on, and models that cannot be run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use quantmark_containers::gguf::{GgufFile, GgufWriter, Value};
use quantmark_kernels::{Available, Backend};
use quantmark_model::network::{Model, Session};
use quantmark_model::tokenizer::Tokenizer;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-data").join(name)
}

fn reference_model() -> PathBuf {
    data("models/quantmark-reference-5.8m-f16.gguf")
}

/// The logits behind the last of some tokens, read so many at a time by so many threads.
fn last_logits(model: &Model<'_>, tokens: &[u32], at_a_time: usize, threads: usize) -> Vec<u32> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let mut session = Session::new(model);
        let mut rows = Vec::new();
        for tokens in tokens.chunks(at_a_time) {
            rows = session.read(tokens, tokens.len() - 1..tokens.len()).unwrap();
        }
        assert_eq!(session.position(), tokens.len());
        model.logits(&rows).iter().map(|logit| logit.to_bits()).collect()
    })
}

#[test]
fn threads_and_batches_change_no_bit() {
    let folder = tempfile::tempdir().unwrap();
    let quantized = folder.path().join("q4_k_m.gguf");
    let status = Command::new(env!("CARGO_BIN_EXE_quantmark"))
        .arg("quantize")
        .args([&reference_model(), &quantized])
        .arg("Q4_K_M")
        .output()
        .unwrap();
    assert!(status.status.success());
    for path in [reference_model(), quantized] {
        let file = GgufFile::open(&path).unwrap();
        let text = fs::read(data("texts/heldout.txt")).unwrap();
        let tokens = &Tokenizer::read(&file).unwrap().encode(&text[..600])[..70];
        for tier in tiers() {
            let model = Model::read(&file, tier).unwrap();
            let expected = last_logits(&model, tokens, tokens.len(), 1);
            for (at_a_time, threads) in [(1, 1), (7, 1), (64, 1), (tokens.len(), 2), (13, 5)] {
                assert!(
                    last_logits(&model, tokens, at_a_time, threads) == expected,
                    "{}: {at_a_time} at a time, {threads} threads",
                    tier.backend()
                );
            }
        }
    }
}

/// The CPU's backends that this machine has.
fn tiers() -> impl Iterator<Item = Available> {
    Backend::CPU.iter().filter_map(|backend| backend.detect().ok())
}

#[test]
fn a_session_starts_again_as_new() {
    let file = GgufFile::open(&reference_model()).unwrap();
    let model = Model::read(&file, Available::strongest(None)).unwrap();
    let mut session = Session::new(&model);
    let first = session.read(&[1, 300, 400], 2..3).unwrap();
    session.restart();
    assert_eq!(session.read(&[1, 300, 400], 2..3).unwrap(), first);
    let unknown = session.read(&[4096], 0..1).unwrap_err().to_string();
    assert_eq!(unknown, "token 4096, the model has 4096");
}

/// The reference model, changed.
struct Changed {
    drop_tensor: Option<&'static str>,
    drop_key: Option<&'static str>,
    set: Option<(&'static str, Value)>,
    tensor: Option<(&'static str, Vec<u64>, u32, Vec<u8>)>,
}

const UNCHANGED: Changed = Changed { drop_tensor: None, drop_key: None, set: None, tensor: None };

fn write(changed: &Changed, path: &Path) {
    let file = GgufFile::open(&reference_model()).unwrap();
    let mut writer = GgufWriter::new();
    for (key, value) in file.metadata().iter().filter(|(key, _)| Some(key.as_str()) != changed.drop_key) {
        let set = changed.set.as_ref().filter(|(name, _)| name == key);
        writer.metadata(key.clone(), set.map_or(value, |(_, value)| value).clone());
    }
    for tensor in file.iter().filter(|tensor| Some(tensor.info().name.as_str()) != changed.drop_tensor) {
        let info = tensor.info();
        match changed.tensor.as_ref().filter(|(name, ..)| *name == info.name) {
            Some((name, shape, type_id, bytes)) => writer.tensor(*name, shape, *type_id, bytes.clone()),
            None => writer.tensor(info.name.clone(), &info.shape, info.type_id, tensor.data()),
        };
    }
    writer.write(path).unwrap();
}

#[test]
fn what_cannot_be_run_is_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    let name = format!("{}/", folder.path().to_str().unwrap());
    let text = |text: &str| Value::String(text.to_owned());
    let nan = [f32::NAN; 256].iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>();
    let nan_f16 = [0x00, 0x7e].repeat(256 * 128);
    // One scale in the middle: its row's products round to zero as activations, so that predictions stay numbers.
    let mut nan_q8_0 = vec![0; 8 * 34 * 768];
    nan_q8_0[8 * 34 * 384 + 1] = 0x7e;
    let cases = [
        Changed { set: Some(("general.architecture", text("mamba"))), ..UNCHANGED },
        Changed { drop_key: Some("llama.block_count"), ..UNCHANGED },
        Changed { set: Some(("llama.block_count", Value::U32(7))), ..UNCHANGED },
        Changed { set: Some(("llama.block_count", Value::U32(u32::MAX))), ..UNCHANGED },
        Changed { set: Some(("llama.attention.head_count", Value::U32(0))), ..UNCHANGED },
        Changed { set: Some(("llama.attention.head_count_kv", Value::U32(3))), ..UNCHANGED },
        Changed { set: Some(("llama.rope.dimension_count", Value::U32(66))), ..UNCHANGED },
        Changed { set: Some(("llama.attention.layer_norm_rms_epsilon", Value::F32(f32::NAN))), ..UNCHANGED },
        Changed { drop_tensor: Some("blk.3.ffn_up.weight"), ..UNCHANGED },
        Changed { tensor: Some(("blk.0.attn_q.weight", vec![256, 128], 1, vec![0; 65536])), ..UNCHANGED },
        Changed { tensor: Some(("blk.0.attn_q.weight", vec![256, 256], 9, vec![0; 36 * 2048])), ..UNCHANGED },
        Changed { tensor: Some(("output_norm.weight", vec![256], 0, nan)), ..UNCHANGED },
        Changed { tensor: Some(("blk.0.attn_v.weight", vec![256, 128], 1, nan_f16)), ..UNCHANGED },
        Changed { set: Some(("tokenizer.ggml.model", text("bert"))), ..UNCHANGED },
        Changed { set: Some(("tokenizer.ggml.model", text("gpt2"))), ..UNCHANGED },
        Changed { set: Some(("tokenizer.ggml.bos_token_id", Value::U32(4096))), ..UNCHANGED },
        Changed { set: Some(("tokenizer.ggml.tokens", Value::from(vec!["a".to_owned(); 2]))), ..UNCHANGED },
        Changed { set: Some(("tokenizer.ggml.add_bos_token", Value::U32(1))), ..UNCHANGED },
        Changed { tensor: Some(("token_embd.weight", vec![256, 4000], 1, vec![0; 4000 * 512])), ..UNCHANGED },
        Changed { tensor: Some(("token_embd.weight", vec![256, 4100], 1, vec![0; 4100 * 512])), ..UNCHANGED },
        Changed { tensor: Some(("blk.2.ffn_up.weight", vec![256, 768], 8, nan_q8_0)), ..UNCHANGED },
    ];
    let mut lines = String::new();
    for changed in &cases {
        write(changed, &path);
        let output = Command::new(env!("CARGO_BIN_EXE_quantmark"))
            .args(["perplexity", "--chunks", "1", "--ctx", "16", "--model"])
            .arg(&path)
            .env("QUANTMARK_DATA", data(""))
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        let errors: Vec<&str> = said.lines().filter(|line| line.starts_with("error: ")).collect();
        assert_eq!(errors.len(), 1, "{said}");
        lines += &format!("{}\n", errors[0].replace(&name, ""));
    }
    insta::assert_snapshot!(lines);
}

#[test]
fn perplexity_of_the_reference_model() {
    let run = |more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_quantmark"))
            .args(["perplexity", "--chunks", "2", "--ctx", "128", "--json"])
            .args(more)
            .env("QUANTMARK_DATA", data(""))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    let alone = run(&[]);
    assert_eq!(alone["perplexity"]["predictions"], 2 * 63);
    let perplexity = alone["perplexity"]["perplexity"].as_f64().unwrap();
    assert!((20.0..80.0).contains(&perplexity), "{perplexity}");
    // Measured against itself, by any number of threads, nothing diverges.
    let model = reference_model();
    let itself = run(&["--base", model.to_str().unwrap(), "--threads", "3"]);
    assert_eq!(itself["perplexity"], alone["perplexity"]);
    assert_eq!(itself["base"]["divergence"]["kld_max"], 0.0);
    assert_eq!(itself["base"]["divergence"]["same_top"], 1.0);
    assert_eq!(itself["tokens_sha256"], alone["tokens_sha256"]);
    // Sums in another order are no divergence of the model, but the least that one can mean.
    assert!(alone["noise"].is_null());
    let noise = &itself["noise"];
    let strongest = Available::strongest(None).backend();
    if strongest == Backend::Scalar {
        assert!(noise.is_null());
    } else {
        assert_eq!(noise["backends"], serde_json::json!([strongest.name(), "scalar"]));
        assert!((0.0..1e-6).contains(&noise["divergence"]["kld_mean"].as_f64().unwrap()), "{noise}");
    }
}
