//! Signs of 8 weights, a bit each.

/// What each weight is multiplied by, -1 where its bit is set.
pub(crate) static MULTIPLIERS: [[i8; 8]; 256] = {
    let mut multipliers = [[1; 8]; 256];
    let mut signs = 0;
    while signs < 256 {
        let mut i = 0;
        while i < 8 {
            if signs >> i & 1 == 1 {
                multipliers[signs][i] = -1;
            }
            i += 1;
        }
        signs += 1;
    }
    multipliers
};
