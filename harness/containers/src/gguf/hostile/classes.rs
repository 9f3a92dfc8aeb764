//! The kinds of mistakes.

use super::Hostile;
use super::draft::{Draft, Entry, array, key, long_string, string};
use crate::gguf::ALIGNMENT_KEY;

/// Ids of value types.
const U8: u32 = 0;
const U32: u32 = 4;
const BOOL: u32 = 7;
const STRING: u32 = 8;
const ARRAY: u32 = 9;
const U64: u32 = 10;

/// Ids of tensor types.
const F32: u32 = 0;
const Q4_0: u32 = 2;
const Q4_K: u32 = 12;

/// Every kind, in the order of a file's parts.
pub fn classes() -> Vec<Hostile> {
    [whole(), header(), keys(), values(), alignment(), names(), shapes(), types(), data()].concat()
}

fn hostile(name: &str, hunts: &str, bytes: Vec<u8>) -> Hostile {
    Hostile { name: name.to_owned(), hunts: hunts.to_owned(), bytes }
}

/// The valid file with one change.
fn changed(name: &str, hunts: &str, change: impl FnOnce(&mut Draft)) -> Hostile {
    let mut draft = Draft::valid();
    change(&mut draft);
    hostile(name, hunts, draft.bytes())
}

/// The valid file with one more key.
fn with_key(name: &str, hunts: &str, key: Vec<u8>) -> Hostile {
    changed(name, hunts, |draft| draft.keys.push(key))
}

/// The valid file with another first tensor.
fn with_tensor(name: &str, hunts: &str, shape: &[u64], type_id: u32, offset: u64) -> Hostile {
    changed(name, hunts, |draft| draft.tensors[0] = Entry::new("a.weight", shape, type_id, offset))
}

fn whole() -> Vec<Hostile> {
    let valid = Draft::valid().bytes();
    let only_magic = "CVE-2024-39720 (Ollama): four bytes make the header's readers run off the end";
    vec![
        hostile("empty", "a file of no bytes, which some systems do not map", Vec::new()),
        hostile("only_the_magic", only_magic, valid[..4].to_vec()),
        hostile(
            "43_bytes",
            "gguf-py: a loop without end on a header cut in a key (llama.cpp 27188)",
            valid[..43].to_vec(),
        ),
        hostile("text", "no GGUF at all", b"once upon a time".to_vec()),
    ]
}

fn header() -> Vec<Hostile> {
    vec![
        changed("magic_of_ggml", "the formats before GGUF", |draft| draft.magic = *b"lmgg"),
        changed("magic_in_lower_case", "a magic compared without case", |draft| draft.magic = *b"gguf"),
        changed("version_0", "a version that never was", |draft| draft.version = 0),
        changed("version_1", "lengths of 32 bits, read as 64", |draft| draft.version = 1),
        changed("version_4", "a version that is not yet", |draft| draft.version = 4),
        changed("big_endian", "a file for machines of the other byte order", |draft| draft.version = 3u32.swap_bytes()),
        changed("tensor_count_huge", "CVE-2024-23496 and its kin: a table set aside for any count", |draft| {
            draft.tensor_count = Some(u64::MAX);
        }),
        changed("tensor_count_times_size_wraps", "CVE-2025-53630: the size of the table wraps", |draft| {
            draft.tensor_count = Some(u64::MAX / 32 + 2);
        }),
        changed("tensor_count_negative", "a count taken for signed", |draft| draft.tensor_count = Some(1 << 63)),
        changed("tensor_count_one_more", "a table read past its end", |draft| draft.tensor_count = Some(3)),
        changed("key_count_huge", "CVE-2024-21836: keys set aside for any count", |draft| {
            draft.key_count = Some(u64::MAX);
        }),
        changed("key_count_one_more", "the table read as a key", |draft| draft.key_count = Some(4)),
        changed("key_count_one_less", "a key read as the table", |draft| draft.key_count = Some(2)),
    ]
}

fn keys() -> Vec<Hostile> {
    let with_name = |name: Vec<u8>| [name, U8.to_le_bytes().to_vec(), vec![1]].concat();
    vec![
        with_key("key_empty", "a key without a name", key("", U8, &[1])),
        with_key("key_twice", "the second value of a key wins here and the first there", key("tokens", U8, &[1])),
        with_key("key_not_utf8", "a name that is not text", with_name(string(b"general.\xff\xfe"))),
        with_key(
            "key_longer_than_the_file",
            "CVE-2024-25664: a string copied by its claimed length",
            with_name(long_string(1 << 40, b"key")),
        ),
        with_key(
            "key_length_wraps",
            "TALOS-2024-1913: a length of 2^64 - 1, and one byte more for its end, is none",
            with_name(long_string(u64::MAX, b"key")),
        ),
    ]
}

fn values() -> Vec<Hostile> {
    let nested = |depth: usize| {
        let mut value = array(U8, 1, &[1]);
        for _ in 1..depth {
            value = array(ARRAY, 1, &value);
        }
        key("nested", ARRAY, &value)
    };
    vec![
        with_key("value_type_13", "a type behind the last one: a table read past its end", key("k", 13, &[0; 8])),
        with_key("value_type_huge", "CVE-2024-25665: a type taken for an index", key("k", u32::MAX, &[0; 8])),
        with_key("bool_of_2", "a truth that is neither", key("k", BOOL, &[2])),
        with_key("string_not_utf8", "a value that is not text", key("k", STRING, &string(b"\xc3\x28"))),
        with_key(
            "string_longer_than_the_file",
            "CVE-2024-25666: a string copied by its claimed length",
            key("k", STRING, &long_string(u64::MAX - 7, b"value")),
        ),
        with_key(
            "array_huge",
            "CVE-2025-0315 (Ollama): memory set aside for any length",
            key("k", ARRAY, &array(U8, 1 << 40, &[1; 8])),
        ),
        with_key(
            "array_of_strings_huge",
            "CVE-2024-12055 (Ollama): strings of no bytes, without number",
            key("k", ARRAY, &array(STRING, 1 << 30, &[0; 64])),
        ),
        with_key(
            "array_bytes_wrap",
            "CVE-2024-25667: length times size wraps to 8",
            key("k", ARRAY, &array(U64, (1 << 61) + 1, &[1; 8])),
        ),
        with_key("array_type_unknown", "items of no type", key("k", ARRAY, &array(99, 1, &[1; 8]))),
        with_key("arrays_nested_5_deep", "a nesting that no tool writes", nested(5)),
        with_key("arrays_nested_1000_deep", "a call a level: the stack runs over", nested(1000)),
        with_key(
            "arrays_many_and_empty",
            "arrays of arrays that cost little in the file and much in memory",
            key("k", ARRAY, &array(ARRAY, 1 << 20, &array(U8, 0, &[]).repeat(16))),
        ),
    ]
}

fn alignment() -> Vec<Hostile> {
    let with =
        |name: &str, hunts: &str, value: u32| with_key(name, hunts, key(ALIGNMENT_KEY, U32, &value.to_le_bytes()));
    let mut far = Draft::valid();
    far.keys.push(key(ALIGNMENT_KEY, U32, &(1u32 << 31).to_le_bytes()));
    far.tensors.truncate(1);
    let mut twice = Draft::valid();
    twice.keys.extend([16u32, 64].map(|value| key(ALIGNMENT_KEY, U32, &value.to_le_bytes())));
    vec![
        with("alignment_0", "CVE-2024-8063, CVE-2025-0312 (Ollama): a division by zero", 0),
        with("alignment_3", "masks that need a power of two", 3),
        with("alignment_all_bits", "an offset rounded up beyond 2^32", u32::MAX),
        hostile("alignment_2_to_31", "data that begin behind the end", far.bytes()),
        with_key(
            "alignment_u64",
            "a type that is not the one specified",
            key(ALIGNMENT_KEY, U64, &64u64.to_le_bytes()),
        ),
        hostile("alignment_twice", "two alignments, of which each reader takes another", twice.bytes()),
    ]
}

fn names() -> Vec<Hostile> {
    vec![
        changed("tensor_twice", "one name, two places", |draft| {
            draft.tensors[1] = Entry::new("a.weight", &[32, 2], Q4_0, 64);
        }),
        changed("tensor_name_not_utf8", "a name that is not text", |draft| {
            draft.tensors[0].name = string(b"a\x80.weight");
        }),
        changed("tensor_name_longer_than_the_file", "CVE-2024-25668: a name copied by its claimed length", |draft| {
            draft.tensors[0].name = long_string(1 << 32, b"a.weight");
        }),
        changed("tensor_name_with_escapes_twice", "a message that paints the reader's terminal", |draft| {
            let name = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}";
            draft.tensors = vec![Entry::new(name, &[4], F32, 0), Entry::new(name, &[4], F32, 32)];
        }),
    ]
}

fn shapes() -> Vec<Hostile> {
    let dimensions =
        |name: &str, hunts: &str, count: u32| changed(name, hunts, |draft| draft.tensors[0].dimensions = Some(count));
    vec![
        dimensions("dimensions_0", "a tensor of no shape: a loop that never sets its size", 0),
        dimensions("dimensions_huge", "gguf-tools 25, openvino.genai 4170: dimensions written past an array", u32::MAX),
        with_tensor("dimensions_5", "one more than ggml has", &[4, 3, 1, 1, 1], F32, 0),
        with_tensor("dimension_of_0", "a division by a row's length", &[0, 3], F32, 0),
        with_tensor("dimension_negative", "ggml counts in i64", &[1 << 63, 1], F32, 0),
        with_tensor("product_above_i64", "more elements than ggml counts", &[1 << 32, 1 << 31, 1, 1], F32, 0),
        with_tensor(
            "product_wraps_to_0",
            "CVE-2025-53630: a product of dimensions that wraps to nothing passes every bound",
            &[1 << 32, 1 << 32, 1, 1],
            F32,
            0,
        ),
        with_tensor(
            "product_wraps_to_12",
            "CVE-2026-27940: the wrapped product is the size that the file has",
            &[4, 3, (1 << 62) + 1, 1],
            F32,
            0,
        ),
        with_tensor("bytes_wrap", "elements that can be counted, bytes that cannot", &[1 << 62, 1], F32, 0),
        with_tensor(
            "bytes_near_2_to_64",
            "llama.cpp 24759: rounding the size up wraps it to 0",
            &[(1 << 62) - 1],
            F32,
            0,
        ),
        with_tensor("rows_are_no_whole_blocks", "rows that end within a block", &[33, 2], Q4_0, 0),
        with_tensor(
            "rows_are_no_whole_super_blocks",
            "elements that are whole blocks in rows that are not",
            &[128, 2],
            Q4_K,
            0,
        ),
    ]
}

fn types() -> Vec<Hostile> {
    let of_type = |name: &str, hunts: &str, type_id: u32| with_tensor(name, hunts, &[4, 3], type_id, 0);
    vec![
        of_type("type_removed_early", "Q4_2, which ggml has no more: a block of 0 weights divides", 4),
        of_type("type_removed_late", "Q4_0_4_4, likewise", 31),
        of_type("type_behind_the_last", "a table of types read past its end", 1000),
        of_type("type_all_bits", "a type taken for signed", u32::MAX),
    ]
}

fn data() -> Vec<Hostile> {
    vec![
        with_tensor("offset_unaligned", "a float at an odd address", &[4, 3], F32, 1),
        with_tensor(
            "offset_behind_the_end",
            "CVE-2026-7482 (Ollama): other memory quantized into the output",
            &[4, 3],
            F32,
            1 << 40,
        ),
        with_tensor("offset_plus_size_wraps", "the end of a tensor before its start", &[4, 3], F32, u64::MAX - 31),
        with_tensor("tensors_overlap", "two tensors in one place", &[4, 6], F32, 0),
        with_tensor("tensors_overlap_whole", "one tensor within another", &[4, 1], F32, 64),
        changed("data_cut_by_a_byte", "the last block read past the end", |draft| draft.data.truncate(99)),
        changed("data_missing", "a table without data", |draft| draft.data.clear()),
        changed("padding_missing", "data where the padding should be", |draft| draft.alignment = 1),
    ]
}
