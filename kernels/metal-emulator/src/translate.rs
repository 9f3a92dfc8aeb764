//! From Metal to C++: only what C++ cannot say is rewritten, and every line keeps its number.

use std::fmt::Write;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Why a shader cannot be translated; for people to read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Untranslatable(String);

/// What the C++ is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// To be run.
    Run,
    /// To be checked only: address spaces are types of their own.
    AddressSpaces,
}

/// A kernel under the name that a host asks for.
struct Entry {
    host_name: String,
    /// The function, with its template arguments.
    function: String,
    base: String,
}

/// The C++ of a shader's source.
///
/// # Errors
/// A kernel's argument comes from where the emulator has nothing, or an instantiation names no kernel.
pub fn translate(source: &str, target: Target) -> Result<String, Untranslatable> {
    let code = without_comments(source);
    let mut entries = Vec::new();
    let kernels = kernels(&code, &mut entries)?;
    let code = INSTANTIATION.replace_all(&code, |found: &Captures<'_>| {
        let function = found["function"].trim().to_owned();
        let base = function.split('<').next().unwrap_or_default().trim().to_owned();
        entries.push(Entry { host_name: found["name"].to_owned(), function, base });
        blank(&found[0])
    });
    let code = CONSTANT.replace_all(&code, |found: &Captures<'_>| {
        let (kind, name, id) = (&found["type"], &found["name"], &found["id"]);
        format!(
            "static {kind} {name}; static ::msl::RegisterConstant msl_constant_{name}({id}, &{name}, sizeof({name}));"
        )
    });
    let mut arrays = 0;
    let code = ARRAY.replace_all(&code, |found: &Captures<'_>| {
        let (indent, kind, name, size) = (&found["indent"], &found["type"], &found["name"], &found["size"]);
        arrays += 1;
        match target {
            Target::Run => {
                format!("{indent}auto &{name} = ::msl::threadgroup_array<{kind}{size}>({arrays});")
            }
            Target::AddressSpaces => format!("{indent}static threadgroup {kind} {name}{size};"),
        }
    });
    // `threadgroup` is a macro, and would be replaced inside the attribute too.
    let mut out = code.replace("[[threadgroup(", "[[msl_threadgroup(");
    out.push_str("#line 1 \"kernels\"\n");
    for (index, entry) in entries.iter().enumerate() {
        let Entry { host_name, function, base } = entry;
        let arguments = &kernels
            .iter()
            .find(|(name, _)| name == base)
            .ok_or_else(|| Untranslatable(format!("{host_name} instantiates {base}, which is no kernel")))?
            .1;
        let line = match target {
            Target::Run => format!(
                "static void msl_run_{index}() {{ static const ::msl::Argument all[] = {{{arguments}}}; \
                 ::msl::call(&{function}, all); }} \
                 static ::msl::RegisterKernel msl_kernel_{index}(\"{host_name}\", msl_run_{index});"
            ),
            Target::AddressSpaces => format!("auto msl_kernel_{index} = &{function};"),
        };
        writeln!(out, "{line}").expect("a string takes everything");
    }
    Ok(out)
}

static INSTANTIATION: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"template\s*\[\[\s*host_name\(\s*"(?<name>[^"]+)"\s*\)\s*\]\]\s*kernel\s+(?:decltype\([^;]*?\)|\w+)\s+(?<function>\w+\s*<[^;]*>)\s*;"#,
    )
});
static CONSTANT: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"\bconstant\s+(?<type>\w+)\s+(?<name>\w+)\s*\[\[\s*function_constant\(\s*(?<id>\d+)\s*\)\s*\]\]\s*;")
});
static ARRAY: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?m)^(?<indent>[ \t]+)threadgroup\s+(?<type>[\w:]+(?:<[^;<>]*>)?)\s+(?<name>\w+)\s*(?<size>(?:\[[^\];]*\]\s*)*);",
    )
});
static KERNEL: LazyLock<Regex> = LazyLock::new(|| regex(r"\bkernel\s+void\s+(?<name>\w+)\s*\("));
static ATTRIBUTE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\[\[\s*(?<name>\w+)\s*(?:\(\s*(?<index>\d+)\s*\))?\s*\]\]"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"))
}

/// Kernels by name, each with its arguments as C++ writes them. Those that are no templates are entries by themselves.
fn kernels(code: &str, entries: &mut Vec<Entry>) -> Result<Vec<(String, String)>, Untranslatable> {
    let mut kernels = Vec::new();
    for found in KERNEL.captures_iter(code) {
        let (name, whole) = (found["name"].to_owned(), found.get(0).expect("the whole match"));
        let mut arguments = Vec::new();
        let mut buffers = 0;
        for argument in arguments_after(&code[whole.end()..]) {
            let attribute = ATTRIBUTE.captures(argument);
            let (kind, index) = match &attribute {
                // Buffers without an attribute are numbered in order.
                None => ("buffer", buffers),
                Some(found) => {
                    let index = found.name("index").and_then(|index| index.as_str().parse().ok());
                    (found.name("name").expect("the pattern has it").as_str(), index.unwrap_or(0))
                }
            };
            if !SOURCES.contains(&kind) {
                return Err(Untranslatable(format!("kernel {name} has an argument [[{kind}]], which is not emulated")));
            }
            if kind == "buffer" {
                buffers = index + 1;
            }
            arguments.push(format!("{{::msl::Source::{kind}, {index}}}"));
        }
        if !code[..whole.start()].trim_end().ends_with('>') {
            entries.push(Entry { host_name: name.clone(), function: name.clone(), base: name.clone() });
        }
        kernels.push((name, arguments.join(", ")));
    }
    Ok(kernels)
}

/// The names of `Source` in `shim/runtime.h`.
const SOURCES: &[&str] = &[
    "buffer",
    "threadgroup",
    "thread_position_in_grid",
    "threadgroup_position_in_grid",
    "thread_position_in_threadgroup",
    "thread_index_in_threadgroup",
    "thread_index_in_simdgroup",
    "simdgroup_index_in_threadgroup",
    "threads_per_threadgroup",
    "threadgroups_per_grid",
    "threads_per_simdgroup",
    "simdgroups_per_threadgroup",
];

/// What stands between an opening parenthesis (not in `text`) and its closing one, cut at commas of that level.
fn arguments_after(text: &str) -> Vec<&str> {
    let (mut depth, mut start) = (0i32, 0);
    let mut arguments = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            ')' if depth == 0 => {
                arguments.push(&text[start..at]);
                break;
            }
            '(' | '[' | '<' => depth += 1,
            ')' | ']' | '>' => depth -= 1,
            ',' if depth == 0 => {
                arguments.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    arguments.retain(|argument| !argument.trim().is_empty());
    arguments
}

/// Comments become spaces; lines stay lines.
fn without_comments(source: &str) -> String {
    static COMMENT: LazyLock<Regex> = LazyLock::new(|| regex(r"(?s)//[^\n]*|/\*.*?\*/"));
    COMMENT.replace_all(source, |found: &Captures<'_>| blank(&found[0])).into_owned()
}

fn blank(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use super::{Target, translate};

    const SHADER: &str = "constant bool WIDE [[function_constant(3)]];
// kernel void not_this(
template <typename T>
kernel void sum(device const T * x [[buffer(0)]], device T * out [[buffer(1)]],
                threadgroup T * shared [[threadgroup(0)]], uint lane [[thread_index_in_simdgroup]]) {
    threadgroup float part[32];
}
template [[host_name(\"sum_f32\")]] kernel decltype(sum<float>) sum<float>;
kernel void plain(device float * x) {}
";

    #[test]
    fn lines_stay_where_they_are() {
        let code = translate(SHADER, Target::Run).unwrap();
        let lines: Vec<&str> = code.lines().collect();
        assert_eq!(lines[5], "    auto &part = ::msl::threadgroup_array<float[32]>(1);");
        assert!(lines[0].starts_with("static bool WIDE;") && lines[0].contains("msl_constant_WIDE(3, &WIDE"));
        assert!(lines[7].trim().is_empty() && lines[8].starts_with("kernel void plain"), "{code}");
        assert!(code.contains("::msl::call(&sum<float>, all)") && code.contains("(\"sum_f32\", msl_run_1)"));
        assert!(code.contains("{::msl::Source::threadgroup, 0}, {::msl::Source::thread_index_in_simdgroup, 0}"));
        assert!(code.contains("[[msl_threadgroup(0)]]"));
    }

    #[test]
    fn what_is_not_emulated_is_named() {
        let error = translate("kernel void f(texture2d<float> t [[texture(0)]]) {}", Target::Run).unwrap_err();
        assert_eq!(error.to_string(), "kernel f has an argument [[texture]], which is not emulated");
        let error = translate("template [[host_name(\"g\")]] kernel decltype(f<1>) f<1>;", Target::Run).unwrap_err();
        assert_eq!(error.to_string(), "g instantiates f, which is no kernel");
    }
}
