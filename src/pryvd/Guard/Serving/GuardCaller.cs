using System.Runtime.InteropServices;
using Google.Protobuf;
using Pryv.Internal.V1;
using Pryvd.Guard.Native;

namespace Pryvd.Guard.Serving;

/// <summary>One connection to the guard's socket. It never waits; who does not read what it is sent is cut off.</summary>
internal sealed class GuardCaller(int descriptor) : IDisposable
{
    private const int MostUnread = 4 << 20;
    private const int NoSignal = 0x4000;

    private readonly Queue<byte[]> _out = new();
    private byte[] _in = new byte[4 << 10];
    private int _received;
    private int _sent;
    private int _unread;

    public int Descriptor => descriptor;

    /// <summary>Is told of ends.</summary>
    public bool Watches { get; set; }

    public bool HasMore => _out.Count > 0;

    /// <summary>The requests that have come in whole.</summary>
    /// <exception cref="GuardException">The caller is gone, or says nonsense.</exception>
    public IReadOnlyList<GuardRequest> Receive()
    {
        Fill();
        var requests = new List<GuardRequest>();
        var at = 0;
        while (GuardFrames.LengthAt(_in.AsSpan(at, _received - at)) is { } length && _received - at >= GuardFrames.HeaderBytes + length)
        {
            requests.Add(Parse(_in.AsSpan(at + GuardFrames.HeaderBytes, length)));
            at += GuardFrames.HeaderBytes + length;
        }

        _in.AsSpan(at, _received - at).CopyTo(_in);
        _received -= at;
        return requests;
    }

    /// <exception cref="GuardException">The caller does not read.</exception>
    public void Send(GuardReply reply)
    {
        var frame = GuardFrames.Of(reply);
        _unread += frame.Length;
        if (_unread > MostUnread && _out.Count > 0)
        {
            throw new GuardException($"{_unread} bytes wait for it.");
        }

        _out.Enqueue(frame);
        Flush();
    }

    /// <summary>Sends what waits, as far as the caller takes it.</summary>
    /// <exception cref="GuardException">The caller is gone.</exception>
    public void Flush()
    {
        while (_out.TryPeek(out var frame))
        {
            var sent = Sys.Send(descriptor, in frame[_sent], frame.Length - _sent, NoSignal);
            if (sent < 0)
            {
                RequireWouldBlock();
                return;
            }

            _sent += (int)sent;
            if (_sent == frame.Length)
            {
                _out.Dequeue();
                _unread -= frame.Length;
                _sent = 0;
            }
        }
    }

    public void Dispose() => _ = Sys.Close(descriptor);

    private static GuardRequest Parse(ReadOnlySpan<byte> message)
    {
        try
        {
            return GuardRequest.Parser.ParseFrom(message);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new GuardException($"It sent no request: {e.Message}", e);
        }
    }

    private static void RequireWouldBlock()
    {
        if (Marshal.GetLastPInvokeError() is not (Sys.WouldBlock or Sys.Interrupted))
        {
            throw new GuardException($"It is gone: {Sys.LastError()}.");
        }
    }

    // One read a turn, so that no caller holds up the others.
    private void Fill()
    {
        if (_received == _in.Length)
        {
            Array.Resize(ref _in, Math.Min(_in.Length * 2, GuardFrames.HeaderBytes + GuardFrames.MostBytes));
        }

        var piece = new byte[_in.Length - _received];
        var length = Sys.Read(descriptor, piece, piece.Length);
        if (length == 0)
        {
            throw new GuardException("It hung up.");
        }

        if (length < 0)
        {
            RequireWouldBlock();
            return;
        }

        piece.AsSpan(0, (int)length).CopyTo(_in.AsSpan(_received));
        _received += (int)length;
    }
}
