//! `general.file_type`: what a file claims to be. It names the recipe, so the types of the tensors may differ.

use quantmark_kernels::Format;

/// A value of `general.file_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileType {
    /// The number in the file; `llama_ftype` of llama.cpp.
    pub id: u32,
    /// The recipe's name, as `llama-quantize` spells it.
    pub name: &'static str,
    /// The format that most tensors get, and with `--pure` all that can.
    pub main: Format,
}

macro_rules! file_types {
    ($($id:literal $name:literal $main:ident;)*) => {
        /// Every file type of llama.cpp v0.5.0, by number.
        pub const FILE_TYPES: &[FileType] = &[$(FileType { id: $id, name: $name, main: Format::$main }),*];
    };
}

// IQ2_S and IQ2_M are named after their sizes, not after their main formats.
file_types! {
    0 "F32" F32;
    1 "F16" F16;
    2 "Q4_0" Q4_0;
    3 "Q4_1" Q4_1;
    7 "Q8_0" Q8_0;
    8 "Q5_0" Q5_0;
    9 "Q5_1" Q5_1;
    10 "Q2_K" Q2_K;
    11 "Q3_K_S" Q3_K;
    12 "Q3_K_M" Q3_K;
    13 "Q3_K_L" Q3_K;
    14 "Q4_K_S" Q4_K;
    15 "Q4_K_M" Q4_K;
    16 "Q5_K_S" Q5_K;
    17 "Q5_K_M" Q5_K;
    18 "Q6_K" Q6_K;
    19 "IQ2_XXS" IQ2_XXS;
    20 "IQ2_XS" IQ2_XS;
    21 "Q2_K_S" Q2_K;
    22 "IQ3_XS" IQ3_S;
    23 "IQ3_XXS" IQ3_XXS;
    24 "IQ1_S" IQ1_S;
    25 "IQ4_NL" IQ4_NL;
    26 "IQ3_S" IQ3_S;
    27 "IQ3_M" IQ3_S;
    28 "IQ2_S" IQ2_XS;
    29 "IQ2_M" IQ2_S;
    30 "IQ4_XS" IQ4_XS;
    31 "IQ1_M" IQ1_M;
    32 "BF16" BF16;
    36 "TQ1_0" TQ1_0;
    37 "TQ2_0" TQ2_0;
    38 "MXFP4_MOE" MXFP4;
    39 "NVFP4" NVFP4;
    40 "Q1_0" Q1_0;
    41 "Q2_0" Q2_0;
}

/// Other names of recipes that `llama-quantize` takes.
const ALIASES: [(&str, &str); 4] = [("Q3_K", "Q3_K_M"), ("Q4_K", "Q4_K_M"), ("Q5_K", "Q5_K_M"), ("MXFP4", "MXFP4_MOE")];

/// The key that holds it.
pub const FILE_TYPE_KEY: &str = "general.file_type";

impl FileType {
    /// The file type with a number.
    pub fn from_id(id: u64) -> Option<&'static Self> {
        FILE_TYPES.iter().find(|file_type| u64::from(file_type.id) == id)
    }

    /// The file type with a name, in any case.
    pub fn from_name(name: &str) -> Option<&'static Self> {
        let alias = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name));
        let name = alias.map_or(name, |(_, name)| name);
        FILE_TYPES.iter().find(|file_type| file_type.name.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_of_weights_is_the_main_one_of_a_recipe() {
        for &format in Format::ALL {
            let has_recipe = FILE_TYPES.iter().any(|file_type| file_type.main == format);
            assert_eq!(has_recipe, format.spec().activation.is_some(), "{format}");
        }
    }

    #[test]
    fn numbers_ascend_and_names_come_back() {
        assert!(FILE_TYPES.windows(2).all(|pair| pair[0].id < pair[1].id));
        for file_type in FILE_TYPES {
            assert_eq!(FileType::from_name(&file_type.name.to_lowercase()), Some(file_type));
            assert_eq!(FileType::from_id(file_type.id.into()), Some(file_type));
        }
        assert_eq!(FileType::from_name("q4_k").unwrap().name, "Q4_K_M");
        assert!(FileType::from_name("q9_9").is_none() && FileType::from_id(4).is_none());
    }
}
