//! The codecs of Kafka's batches. Decompression is bounded by its caller: what claims or yields more is an error before it is memory.

use crate::BatchError;
use flate2::bufread::MultiGzDecoder;
use std::cell::RefCell;
use std::io::{Read, Write};
use wellhead_base::limits::{ZSTD_CONTEXT_KEPT_BYTES, ZSTD_WINDOW_LOG_MAX};
use zstd::zstd_safe;

/// How a batch's records are compressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum Codec {
    #[default]
    None,
    Gzip,
    Snappy,
    Lz4,
    Zstd,
}

/// Lets the codec choose: gzip 6, zstd 3.
pub const LEVEL_DEFAULT: i32 = -1;

impl Codec {
    pub const ALL: [Codec; 5] = [Self::None, Self::Gzip, Self::Snappy, Self::Lz4, Self::Zstd];

    /// The codec of the three lowest bits of a batch's attributes.
    pub fn from_bits(bits: u8) -> Option<Self> {
        Self::ALL.get(bits as usize).copied()
    }
    pub fn bits(self) -> u8 {
        self as u8
    }
    /// The name in `compression.type`; "uncompressed" is the topics' word for none.
    pub fn parse(name: &str) -> Option<Self> {
        if name == "uncompressed" {
            return Some(Self::None);
        }
        Self::ALL.into_iter().find(|c| c.name() == name)
    }
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Snappy => "snappy",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        }
    }
}

/// Xerial's framing, which Java's snappy clients write: this header, then blocks with a big-endian length each.
const XERIAL_MAGIC: [u8; 8] = [0x82, b'S', b'N', b'A', b'P', b'P', b'Y', 0];
const XERIAL_HEADER_LEN: usize = 16;
const XERIAL_BLOCK: usize = 32 * 1024;
/// No snappy element yields more than 64 bytes from 2, so that a claim beyond this is a lie.
const SNAPPY_RATIO_MAX: usize = 32;
/// zstd claims beyond this are not believed in advance: such a frame is decompressed piece by piece.
const ZSTD_RATIO_BELIEVED: usize = 64;
const PIECE: usize = 64 * 1024;

thread_local! {
    // Contexts are some hundred kB and cost more to make than a small batch to compress.
    static ZSTD_IN: RefCell<Option<zstd_safe::CCtx<'static>>> = const { RefCell::new(None) };
    static ZSTD_OUT: RefCell<Option<zstd_safe::DCtx<'static>>> = const { RefCell::new(None) };
}

/// Compresses `input` and appends the result to `out`. `level` is the codec's own; [`LEVEL_DEFAULT`] lets it choose.
pub fn compress(codec: Codec, level: i32, input: &[u8], out: &mut Vec<u8>) -> Result<(), BatchError> {
    match codec {
        Codec::None => {
            out.extend_from_slice(input);
            Ok(())
        }
        Codec::Gzip => {
            let level = if level == LEVEL_DEFAULT { flate2::Compression::default() } else { flate2::Compression::new(level.clamp(0, 9) as u32) };
            let mut w = flate2::write::GzEncoder::new(out, level);
            w.write_all(input).and_then(|()| w.try_finish()).map_err(|_| BatchError::BadCompression("gzip"))
        }
        Codec::Snappy => compress_snappy(input, out),
        Codec::Lz4 => {
            // What Java's reader takes: independent blocks of 64 kB, no content size.
            let info =
                lz4_flex::frame::FrameInfo::new().block_size(lz4_flex::frame::BlockSize::Max64KB).block_mode(lz4_flex::frame::BlockMode::Independent);
            let mut w = lz4_flex::frame::FrameEncoder::with_frame_info(info, out);
            w.write_all(input).map_err(|_| BatchError::BadCompression("lz4"))?;
            w.try_finish().map_err(|_| BatchError::BadCompression("lz4"))
        }
        Codec::Zstd => compress_zstd(level, input, out),
    }
}

/// Decompresses `input` into `out`, whose content is replaced. More than `bytes_max` is [`BatchError::TooLarge`]; `out` then holds
/// something of no use and no more than about that many bytes.
pub fn decompress(codec: Codec, input: &[u8], out: &mut Vec<u8>, bytes_max: usize) -> Result<(), BatchError> {
    out.clear();
    match codec {
        Codec::None => {
            if input.len() > bytes_max {
                return Err(BatchError::TooLarge { max: bytes_max });
            }
            out.extend_from_slice(input);
            Ok(())
        }
        Codec::Gzip => read_all(MultiGzDecoder::new(input), "gzip", input.len(), out, bytes_max),
        Codec::Snappy => decompress_snappy(input, out, bytes_max),
        Codec::Lz4 => read_all(lz4_flex::frame::FrameDecoder::new(input), "lz4", input.len(), out, bytes_max),
        Codec::Zstd => decompress_zstd(input, out, bytes_max),
    }
}

fn read_all(r: impl Read, codec: &'static str, input_len: usize, out: &mut Vec<u8>, bytes_max: usize) -> Result<(), BatchError> {
    out.reserve(input_len.saturating_mul(2).min(bytes_max));
    r.take(bytes_max as u64 + 1).read_to_end(out).map_err(|_| BatchError::BadCompression(codec))?;
    if out.len() > bytes_max { Err(BatchError::TooLarge { max: bytes_max }) } else { Ok(()) }
}

fn compress_snappy(input: &[u8], out: &mut Vec<u8>) -> Result<(), BatchError> {
    out.extend_from_slice(&XERIAL_MAGIC);
    // Version and oldest compatible version.
    out.extend_from_slice(&1i32.to_be_bytes());
    out.extend_from_slice(&1i32.to_be_bytes());
    let mut encoder = snap::raw::Encoder::new();
    for block in input.chunks(XERIAL_BLOCK) {
        let at = out.len();
        out.resize(at + 4 + snap::raw::max_compress_len(block.len()), 0);
        let n = encoder.compress(block, &mut out[at + 4..]).map_err(|_| BatchError::BadCompression("snappy"))?;
        out[at..at + 4].copy_from_slice(&(n as i32).to_be_bytes());
        out.truncate(at + 4 + n);
    }
    Ok(())
}

fn decompress_snappy(input: &[u8], out: &mut Vec<u8>, bytes_max: usize) -> Result<(), BatchError> {
    const BAD: BatchError = BatchError::BadCompression("snappy");
    if !input.starts_with(&XERIAL_MAGIC) {
        return snappy_block(input, out, bytes_max);
    }
    let mut rest = input;
    while !rest.is_empty() {
        // Streams may be joined, so that a header may stand wherever a block may.
        if rest.starts_with(&XERIAL_MAGIC) {
            rest = rest.get(XERIAL_HEADER_LEN..).ok_or(BAD)?;
            continue;
        }
        let (len, tail) = rest.split_first_chunk::<4>().ok_or(BAD)?;
        let (block, tail) = usize::try_from(i32::from_be_bytes(*len)).ok().and_then(|n| tail.split_at_checked(n)).ok_or(BAD)?;
        snappy_block(block, out, bytes_max)?;
        rest = tail;
    }
    Ok(())
}

/// Appends one raw snappy block.
fn snappy_block(block: &[u8], out: &mut Vec<u8>, bytes_max: usize) -> Result<(), BatchError> {
    const BAD: BatchError = BatchError::BadCompression("snappy");
    let len = snap::raw::decompress_len(block).map_err(|_| BAD)?;
    if len > bytes_max - out.len() {
        return Err(BatchError::TooLarge { max: bytes_max });
    }
    if len > block.len().saturating_mul(SNAPPY_RATIO_MAX) {
        return Err(BAD);
    }
    let at = out.len();
    out.resize(at + len, 0);
    let n = snap::raw::Decoder::new().decompress(block, &mut out[at..]).map_err(|_| BAD)?;
    if n == len { Ok(()) } else { Err(BAD) }
}

fn compress_zstd(level: i32, input: &[u8], out: &mut Vec<u8>) -> Result<(), BatchError> {
    const BAD: BatchError = BatchError::BadCompression("zstd");
    let level = if level == LEVEL_DEFAULT { zstd_safe::CLEVEL_DEFAULT } else { level.clamp(zstd_safe::min_c_level(), zstd_safe::max_c_level()) };
    ZSTD_IN.with_borrow_mut(|slot| {
        if slot.is_none() {
            *slot = zstd_safe::CCtx::try_create();
        }
        let ctx = slot.as_mut().ok_or(BAD)?;
        ctx.reset(zstd_safe::ResetDirective::SessionOnly).map_err(|_| BAD)?;
        ctx.set_parameter(zstd_safe::CParameter::CompressionLevel(level)).map_err(|_| BAD)?;
        out.reserve(zstd_safe::compress_bound(input.len()));
        let at = out.len();
        let mut dst = zstd_safe::OutBuffer::around_pos(out, at);
        let mut src = zstd_safe::InBuffer::around(input);
        // With room for the bound one call does it all, and zstd writes the content size into the frame.
        let left = ctx.compress_stream2(&mut dst, &mut src, zstd_safe::zstd_sys::ZSTD_EndDirective::ZSTD_e_end).map_err(|_| BAD)?;
        if left == 0 { Ok(()) } else { Err(BAD) }
    })
}

fn decompress_zstd(input: &[u8], out: &mut Vec<u8>, bytes_max: usize) -> Result<(), BatchError> {
    const BAD: BatchError = BatchError::BadCompression("zstd");
    let claimed = zstd_safe::get_frame_content_size(input).map_err(|_| BAD)?.map(|n| usize::try_from(n).unwrap_or(usize::MAX));
    if claimed.is_some_and(|n| n > bytes_max) {
        return Err(BatchError::TooLarge { max: bytes_max });
    }
    ZSTD_OUT.with_borrow_mut(|slot| {
        if slot.is_none() {
            *slot = zstd_safe::DCtx::try_create();
        }
        let done = decompress_zstd_with(slot.as_mut().ok_or(BAD)?, claimed, input, out, bytes_max);
        if slot.as_ref().is_some_and(|ctx| ctx.sizeof() > ZSTD_CONTEXT_KEPT_BYTES) {
            // A few bytes can claim a window of 128 MiB, and every thread that opens batches has a context.
            *slot = None;
        }
        done
    })
}

/// Whether this thread has a context for decompression, with whatever memory it took.
#[cfg(test)]
pub(crate) fn zstd_context_kept() -> bool {
    ZSTD_OUT.with_borrow(Option::is_some)
}

fn decompress_zstd_with(
    ctx: &mut zstd_safe::DCtx<'static>,
    claimed: Option<usize>,
    input: &[u8],
    out: &mut Vec<u8>,
    bytes_max: usize,
) -> Result<(), BatchError> {
    const BAD: BatchError = BatchError::BadCompression("zstd");
    ctx.reset(zstd_safe::ResetDirective::SessionOnly).map_err(|_| BAD)?;
    ctx.set_parameter(zstd_safe::DParameter::WindowLogMax(ZSTD_WINDOW_LOG_MAX)).map_err(|_| BAD)?;
    let single = zstd_safe::find_frame_compressed_size(input).is_ok_and(|n| n == input.len());
    if let Some(n) = claimed
        && single
        && n <= input.len().saturating_mul(ZSTD_RATIO_BELIEVED)
    {
        out.reserve_exact(n);
        ctx.decompress(out, input).map_err(|_| BAD)?;
        return if out.len() == n { Ok(()) } else { Err(BAD) };
    }
    let mut src = zstd_safe::InBuffer::around(input);
    loop {
        if out.capacity() - out.len() < PIECE {
            out.reserve(PIECE);
        }
        let at = out.len();
        let mut dst = zstd_safe::OutBuffer::around_pos(out, at);
        let hint = ctx.decompress_stream(&mut dst, &mut src).map_err(|_| BAD)?;
        if out.len() > bytes_max {
            return Err(BatchError::TooLarge { max: bytes_max });
        }
        if src.pos == input.len() && (hint == 0 || out.len() < out.capacity()) {
            // All of the input is read and the output is flushed: a frame that has not ended is cut off.
            return if hint == 0 { Ok(()) } else { Err(BAD) };
        }
    }
}
