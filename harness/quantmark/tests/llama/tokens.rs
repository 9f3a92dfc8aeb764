//! The tokens of texts that tokenizers get wrong.

use quantmark_containers::gguf::GgufFile;
use quantmark_implementations::llama_cpp::LlamaModel;
use quantmark_model::tokenizer::Tokenizer;

use crate::oracle::{CPU, data, libraries, reference_model};
use crate::tiny::Tiny;

/// Texts, each for a kind of mistake.
pub fn texts() -> Vec<Vec<u8>> {
    let mut texts: Vec<Vec<u8>> = [
        "",
        " ",
        "   leading blanks",
        "trailing blanks   ",
        "The quick brown fox jumps over the lazy dog.",
        "It's we'll I'd they're you've I'm don't IT'S WE'LL",
        "fn main() {\n    println!(\"{:>8}\", x[1] << 2);\n}\n",
        "\tindented\twith\ttabs\n\n\nand lines\r\n",
        "3.14159 1234567890 0x1F 1,000,000 2024-11-24",
        "\u{1f600}\u{1f469}\u{200d}\u{1f4bb} flags \u{1f1e9}\u{1f1ea}",
        "e\u{301}le\u{300}ve nai\u{308}ve \u{e9}l\u{e8}ve",
        "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{645}\u{631}\u{62d}\u{628}\u{627} \u{202e}abc\u{202c}",
        "\u{4e2d}\u{6587}\u{5b57}\u{7b26} \u{65e5}\u{672c}\u{8a9e} \u{d55c}\u{ad6d}\u{c5b4}",
        "\u{0}\u{1}\u{7f}\u{85}\u{a0}\u{feff}\u{2028}\u{3000}",
        "<s></s><unk><|endoftext|><|im_start|>[INST]",
        "\u{2581}already\u{2581}escaped \u{2581}",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "!!!???...---===***###@@@",
        "\u{2160}\u{bd}\u{b2}\u{661}\u{0967}",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    texts.push(b" ".repeat(300));
    texts.push([b"x".to_vec(), b"\n".repeat(40), b"y".to_vec()].concat());
    // Cut within a character, and bytes that begin none.
    texts.push(b"caf\xc3".to_vec());
    texts.push(b"\xe2\x82".to_vec());
    texts.push(b"\x80\xffmiddle\xf0\x9f\x98 end\xe2".to_vec());
    texts.push((0..=255).collect());
    texts
}

#[test]
fn the_reference_model_divides_texts_the_same() {
    let Some(libraries) = libraries() else { return };
    let file = GgufFile::open(&reference_model()).unwrap();
    let tokenizer = Tokenizer::read(&file).unwrap();
    let theirs = LlamaModel::open(&libraries, CPU, &reference_model()).unwrap();
    let held_out = std::fs::read(data("texts/heldout.txt")).unwrap();
    for text in texts().into_iter().chain([held_out]) {
        let shown = String::from_utf8_lossy(&text[..text.len().min(60)]).into_owned();
        assert_eq!(tokenizer.encode(&text), theirs.tokenize(&text).unwrap(), "{shown:?}");
    }
}

#[test]
fn byte_level_vocabularies_divide_texts_the_same() {
    let Some(libraries) = libraries() else { return };
    let held_out = std::fs::read(data("texts/heldout.txt")).unwrap();
    for pre in ["gpt-2", "smollm", "llama-bpe", "qwen2"] {
        let folder = tempfile::tempdir().unwrap();
        let tiny = Tiny { pre: Some(pre), ..Tiny::LLAMA };
        let path = tiny.write(folder.path());
        let tokenizer = Tokenizer::read(&GgufFile::open(&path).unwrap()).unwrap();
        let theirs = LlamaModel::open(&libraries, CPU, &path).unwrap();
        let own = [b"a<defined>b <|control|> <defined><defined>\n".to_vec(), held_out[..30_000].to_vec()];
        for text in texts().into_iter().chain(own) {
            let shown = String::from_utf8_lossy(&text[..text.len().min(60)]).into_owned();
            assert_eq!(tokenizer.encode(&text), theirs.tokenize(&text).unwrap(), "{pre}: {shown:?}");
        }
    }
}
