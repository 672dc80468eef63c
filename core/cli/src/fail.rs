//! How a command fails: one sentence, and what to do about it.

use std::io;

/// Why a command ends early. `quiet` ends are none: nothing is printed and the exit code is 0.
#[derive(Debug)]
pub struct Failure {
    message: String,
    hint: Option<String>,
    quiet: bool,
}
pub type Result<T> = std::result::Result<T, Failure>;
pub type Done = Result<()>;

impl Failure {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, quiet: false }
    }
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
    /// Prints it to stderr and gives the exit code.
    pub fn report(&self) -> i32 {
        if self.quiet {
            return 0;
        }
        eprintln!("wellhead: {self}");
        1
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Messages come with and without their full stop; a hint needs one between.
        let message = self.message.trim().trim_end_matches('.');
        write!(f, "{message}.")?;
        if let Some(hint) = &self.hint {
            write!(f, " {hint}")?;
        }
        Ok(())
    }
}

/// Errors of printing: all other files name themselves where they fail.
impl From<io::Error> for Failure {
    fn from(e: io::Error) -> Self {
        Self { message: format!("Cannot write the output: {e}"), hint: None, quiet: e.kind() == io::ErrorKind::BrokenPipe }
    }
}
impl From<wellhead::Error> for Failure {
    fn from(e: wellhead::Error) -> Self {
        Self::new(e.message())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_one_sentence_and_a_hint() {
        assert_eq!(Failure::new("It broke.").to_string(), "It broke.");
        assert_eq!(Failure::new("It broke").hint("Mend it.").to_string(), "It broke. Mend it.");
        assert_eq!(Failure::from(io::Error::from(io::ErrorKind::BrokenPipe)).report(), 0);
    }
}
