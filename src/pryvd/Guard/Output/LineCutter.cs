using System.Text;

namespace Pryvd.Guard.Output;

/// <summary>Cuts a stream of bytes into lines of bounded length, whatever the pieces in which it comes.</summary>
internal sealed class LineCutter(int mostBytes = LineCutter.MostBytes)
{
    /// <summary>Bytes of a line that are kept; the rest is counted.</summary>
    public const int MostBytes = 16 << 10;

    private byte[] _line = new byte[256];
    private int _length;
    private long _cut;

    public void Take(ReadOnlySpan<byte> piece, Action<ReadOnlySpan<byte>> line)
    {
        while (piece.IndexOf((byte)'\n') is var end and >= 0)
        {
            Keep(piece[..end]);
            Finish(line);
            piece = piece[(end + 1)..];
        }

        Keep(piece);
    }

    /// <summary>The stream is over: what is left is a line, too.</summary>
    public void End(Action<ReadOnlySpan<byte>> line)
    {
        if (_length > 0)
        {
            Finish(line);
        }
    }

    private void Keep(ReadOnlySpan<byte> piece)
    {
        var kept = piece[..Math.Min(piece.Length, mostBytes - _length)];
        if (_length + kept.Length > _line.Length)
        {
            Array.Resize(ref _line, Math.Min(mostBytes, Math.Max(_line.Length * 2, _length + kept.Length)));
        }

        kept.CopyTo(_line.AsSpan(_length));
        _length += kept.Length;
        _cut += piece.Length - kept.Length;
    }

    private void Finish(Action<ReadOnlySpan<byte>> line)
    {
        var text = _line.AsSpan(0, _length > 0 && _cut == 0 && _line[_length - 1] == '\r' ? _length - 1 : _length);
        line(_cut == 0 ? text : [.. text, .. Encoding.ASCII.GetBytes($" [{_cut} more bytes cut]")]);
        (_length, _cut) = (0, 0);
    }
}
