//! Tokens that llama.cpp gave, kept so that they are compared without it too. With the environment variable
//! `QUANTMARK_UPDATE_GOLDENS` and llama.cpp installed they are written anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use quantmark_containers::gguf::GgufFile;
use quantmark_implementations::llama_cpp::LlamaModel;
use quantmark_model::store::resolve;
use quantmark_model::tokenizer::Tokenizer;

use crate::oracle::{CPU, libraries, reference_model};
use crate::tiny::Tiny;
use crate::tokens::texts;

/// For each model the tokens of each text, whose bytes are in hex.
type Goldens = BTreeMap<String, BTreeMap<String, Vec<u32>>>;

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/llama/goldens.json")
}

/// Every model that is here: the reference model, a small one for each pre-tokenizer, and those that were fetched.
fn models(folder: &Path) -> Vec<(String, PathBuf)> {
    let mut models = vec![("reference".to_owned(), reference_model())];
    for pre in ["gpt-2", "smollm", "llama-bpe", "qwen2"] {
        let folder = folder.join(pre);
        std::fs::create_dir(&folder).unwrap();
        models.push((pre.to_owned(), Tiny { pre: Some(pre), ..Tiny::LLAMA }.write(&folder)));
    }
    for name in ["smollm2-135m", "gemma3-270m"] {
        match resolve(Path::new(name)) {
            Ok(path) => models.push((name.to_owned(), path)),
            Err(_) => println!("skipped: `quantmark models fetch {name}` fetches a model to divide texts with"),
        }
    }
    models
}

#[test]
fn texts_are_divided_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let models = models(folder.path());
    let mut goldens: Goldens = serde_json::from_slice(&std::fs::read(path()).unwrap_or(b"{}".to_vec())).unwrap();
    if let (Some(_), Some(libraries)) = (std::env::var_os("QUANTMARK_UPDATE_GOLDENS"), libraries()) {
        for (name, model) in &models {
            let theirs = LlamaModel::open(&libraries, CPU, model).unwrap();
            let tokens = texts().into_iter().map(|text| (hex::encode(&text), theirs.tokenize(&text).unwrap()));
            goldens.insert(name.clone(), tokens.collect());
        }
        std::fs::write(path(), serde_json::to_vec(&goldens).unwrap()).unwrap();
    }
    assert_eq!(goldens.len(), 7, "models with goldens");
    for (name, model) in &models {
        let tokenizer = Tokenizer::read(&GgufFile::open(model).unwrap()).unwrap();
        let golden = &goldens[name];
        assert_eq!(golden.len(), texts().len(), "{name}");
        for (text, tokens) in golden {
            assert_eq!(&tokenizer.encode(&hex::decode(text).unwrap()), tokens, "{name}: {text}");
        }
    }
}
