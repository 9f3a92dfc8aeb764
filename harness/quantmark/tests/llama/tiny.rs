//! Models of a few thousand random weights, for every architecture and tokenizer: llama.cpp runs them as it runs large
//! ones.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use quantmark_containers::gguf::{Array, GgufFile, GgufWriter, Value};

use crate::oracle::{data, reference_model};

/// What a model is made of.
#[derive(Clone, Copy)]
pub struct Tiny<'a> {
    pub architecture: &'a str,
    /// `tokenizer.ggml.pre` of a byte-level vocabulary; the reference model's SentencePiece vocabulary without.
    pub pre: Option<&'a str>,
    pub layers: u32,
    /// Further keys, below the architecture's name.
    pub keys: &'a [(&'a str, Value)],
    /// Whether the model has an output of its own, biases, and factors for the angles of positions.
    pub output: bool,
    pub biases: bool,
    pub rope_factors: bool,
}

impl Tiny<'_> {
    /// The plainest one.
    pub const LLAMA: Tiny<'static> = Tiny {
        architecture: "llama",
        pre: None,
        layers: 2,
        keys: &[],
        output: false,
        biases: false,
        rope_factors: false,
    };
}

const EMBEDDING: u64 = 64;
const HEADS: u64 = 4;
const KV_HEADS: u64 = 2;
const FEED_FORWARD: u64 = 96;
const F32: u32 = 0;

impl Tiny<'_> {
    /// Writes the model into a folder.
    pub fn write(&self, folder: &Path) -> PathBuf {
        let mut writer = GgufWriter::new();
        writer.metadata("general.architecture", self.architecture);
        let numbers = [
            ("block_count", u64::from(self.layers)),
            ("context_length", 256),
            ("embedding_length", EMBEDDING),
            ("feed_forward_length", FEED_FORWARD),
            ("attention.head_count", HEADS),
            ("attention.head_count_kv", KV_HEADS),
            ("attention.key_length", self.head()),
            ("attention.value_length", self.head()),
            ("rope.dimension_count", self.head()),
        ];
        for (key, number) in numbers {
            writer.metadata(format!("{}.{key}", self.architecture), Value::U32(number as u32));
        }
        writer.metadata(format!("{}.attention.layer_norm_rms_epsilon", self.architecture), Value::F32(1e-6));
        for (key, value) in self.keys {
            writer.metadata(format!("{}.{key}", self.architecture), value.clone());
        }
        let tokens = self.vocabulary(&mut writer);
        self.tensors(&mut writer, tokens);
        let path = folder.join("tiny.gguf");
        writer.write(&path).unwrap();
        path
    }

    /// Numbers of a head: of Qwen 2's all heads together have as many as the embedding, of the others more.
    fn head(&self) -> u64 {
        if self.architecture == "qwen2" { EMBEDDING / HEADS } else { 32 }
    }

    /// Adds the keys of the tokenizer; returns the number of tokens.
    fn vocabulary(&self, writer: &mut GgufWriter<'_>) -> u64 {
        let Some(pre) = self.pre else {
            let file = GgufFile::open(&reference_model()).unwrap();
            for (key, value) in file.metadata().iter().filter(|(key, _)| key.starts_with("tokenizer.")) {
                writer.metadata(key.clone(), value.clone());
            }
            return file.texts("tokenizer.ggml.tokens").unwrap().len() as u64;
        };
        let (tokens, merges) = byte_level();
        let control = tokens.len() - 2;
        let types: Vec<i32> =
            (0..tokens.len()).map(|id| if id < control { 1 } else { id as i32 - control as i32 + 3 }).collect();
        let count = tokens.len() as u64;
        writer
            .metadata("tokenizer.ggml.model", "gpt2")
            .metadata("tokenizer.ggml.pre", pre)
            .metadata("tokenizer.ggml.tokens", tokens)
            .metadata("tokenizer.ggml.token_type", Value::Array(Array::I32(types)))
            .metadata("tokenizer.ggml.merges", merges)
            .metadata("tokenizer.ggml.bos_token_id", Value::U32(control as u32))
            .metadata("tokenizer.ggml.eos_token_id", Value::U32(control as u32));
        count
    }

    fn tensors(&self, writer: &mut GgufWriter<'_>, tokens: u64) {
        let mut random = Random(1);
        let mut add = |name: String, shape: &[u64]| {
            // Norms lie around one, everything else around zero, scaled so that numbers keep their size.
            let (center, spread) =
                if name.contains("norm") { (1.0, 0.2) } else { (0.0, 2.0 / (shape[0] as f32).sqrt()) };
            let center = if name.contains("rope_freqs") { 2.0 } else { center };
            let count = shape.iter().product::<u64>();
            let bytes =
                (0..count).flat_map(|_| (center + spread * random.centered()).to_le_bytes()).collect::<Vec<u8>>();
            writer.tensor(name, shape, F32, bytes);
        };
        let (gemma, head) = (self.architecture == "gemma3", self.head());
        add("token_embd.weight".to_owned(), &[EMBEDDING, tokens]);
        add("output_norm.weight".to_owned(), &[EMBEDDING]);
        if self.output {
            add("output.weight".to_owned(), &[EMBEDDING, tokens]);
        }
        if self.rope_factors {
            add("rope_freqs.weight".to_owned(), &[head / 2]);
        }
        for layer in 0..self.layers {
            let mut part = |part: &str, shape: &[u64]| add(format!("blk.{layer}.{part}"), shape);
            part("attn_norm.weight", &[EMBEDDING]);
            part("ffn_norm.weight", &[EMBEDDING]);
            for (name, rows) in [("attn_q", HEADS * head), ("attn_k", KV_HEADS * head), ("attn_v", KV_HEADS * head)] {
                part(&format!("{name}.weight"), &[EMBEDDING, rows]);
                if self.biases {
                    part(&format!("{name}.bias"), &[rows]);
                }
            }
            part("attn_output.weight", &[HEADS * head, EMBEDDING]);
            if gemma || self.architecture == "qwen3" {
                part("attn_q_norm.weight", &[head]);
                part("attn_k_norm.weight", &[head]);
            }
            if gemma {
                part("post_attention_norm.weight", &[EMBEDDING]);
                part("post_ffw_norm.weight", &[EMBEDDING]);
            }
            part("ffn_gate.weight", &[EMBEDDING, FEED_FORWARD]);
            part("ffn_up.weight", &[EMBEDDING, FEED_FORWARD]);
            part("ffn_down.weight", &[FEED_FORWARD, EMBEDDING]);
        }
    }
}

struct Random(u64);

impl Random {
    /// From -0.5 to 0.5.
    fn centered(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1 << 24) as f32 - 0.5
    }
}

/// A byte-level vocabulary learnt from the beginning of the held-out text, and its merges: the bytes, what they join to,
/// a control token and a token that users have defined.
fn byte_level() -> (Vec<String>, Vec<String>) {
    let text = std::fs::read(data("texts/heldout.txt")).unwrap();
    let mut words: HashMap<Vec<String>, usize> = HashMap::new();
    for word in String::from_utf8_lossy(&text[..20_000]).split_inclusive(' ') {
        // A blank goes to the word behind it, and is spelt as U+0120.
        let spelt = word.trim_end().chars().filter(char::is_ascii_graphic).map(String::from);
        *words.entry(std::iter::once("\u{120}".to_owned()).chain(spelt).collect()).or_default() += 1;
    }
    let prints = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    let printing = (0..=u8::MAX).filter(|byte| prints(byte)).map(|byte| char::from(byte).to_string());
    let spelt = (0..256 - (0..=u8::MAX).filter(|byte| prints(byte)).count() as u32)
        .map(|n| char::from_u32(0x100 + n).unwrap().to_string());
    let mut tokens: Vec<String> = printing.chain(spelt).collect();
    let mut merges = Vec::new();
    for _ in 0..250 {
        let mut pairs: HashMap<(&str, &str), usize> = HashMap::new();
        for (word, count) in &words {
            for pair in word.windows(2) {
                *pairs.entry((&pair[0], &pair[1])).or_default() += count;
            }
        }
        let best = pairs.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0))).unwrap().0;
        let (left, right) = (best.0.to_owned(), best.1.to_owned());
        words = words.into_iter().map(|(word, count)| (joined(&word, &left, &right), count)).collect();
        merges.push(format!("{left} {right}"));
        tokens.push(left + &right);
    }
    tokens.extend(["<|control|>".to_owned(), "<defined>".to_owned()]);
    (tokens, merges)
}

fn joined(word: &[String], left: &str, right: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut parts = word.iter().peekable();
    while let Some(part) = parts.next() {
        match parts.peek() {
            Some(next) if part == left && *next == right => {
                out.push(format!("{left}{right}"));
                parts.next();
            }
            _ => out.push(part.clone()),
        }
    }
    out
}
