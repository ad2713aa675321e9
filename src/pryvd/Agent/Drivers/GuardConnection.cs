using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Threading.Channels;
using Google.Protobuf;
using Pryv.Internal.V1;
using Pryvd.Guard.Serving;

namespace Pryvd.Agent.Drivers;

/// <summary>
/// One connection to a guard: many calls at a time, answered in any order, and the ends of runs as they come. Once it is lost all its
/// calls fail and it stays lost.
/// </summary>
internal sealed class GuardConnection : IAsyncDisposable
{
    private const int MostCalls = 256;
    private static readonly TimeSpan CallPatience = TimeSpan.FromSeconds(10);

    private readonly NetworkStream _stream;
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource<GuardReply>> _calls = [];
    private readonly Channel<GuardRun> _ends = Channel.CreateUnbounded<GuardRun>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim _sending = new(1);
    private readonly SemaphoreSlim _room = new(MostCalls);
    private readonly Task _receiving;
    private ulong _lastId;
    private volatile bool _isLost;

    private GuardConnection(NetworkStream stream)
    {
        _stream = stream;
        _receiving = ReceiveAsync();
    }

    public bool IsLost => _isLost;

    /// <summary>Ends of runs after a watch; completes when the connection is lost.</summary>
    public ChannelReader<GuardRun> Ends => _ends.Reader;

    /// <summary>Null when nobody listens there, or no longer.</summary>
    /// <exception cref="DriverException">Who listens is no guard that this daemon can speak with.</exception>
    public static async Task<GuardConnection?> TryOpenAsync(string path, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }

        var connection = new GuardConnection(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await connection.CallAsync(new GuardRequest { Hello = new GuardHello { Version = GuardFrames.Version } }, ct).ConfigureAwait(false);
            return connection;
        }
        catch (GuardLostException)
        {
            // It was ending: the socket of a process takes connections until its last moment.
            await connection.DisposeAsync().ConfigureAwait(false);
            return null;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <exception cref="GuardLostException">The connection was lost; the call may have been carried out.</exception>
    /// <exception cref="DriverException">The guard refused, or does not answer.</exception>
    public async Task<GuardReply> CallAsync(GuardRequest request, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(CallPatience);
        try
        {
            await _room.WaitAsync(patience.Token).ConfigureAwait(false);
            try
            {
                return Accepted(await SendAsync(request, patience.Token).ConfigureAwait(false));
            }
            finally
            {
                _room.Release();
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new DriverException($"The guard has not answered within {CallPatience.TotalSeconds} s. Is its process stopped, or its disk hung?");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
    }

    private static GuardReply Accepted(GuardReply reply) =>
        reply.WhatCase == GuardReply.WhatOneofCase.Refusal ? throw new DriverException(reply.Refusal.Message) : reply;

    private async Task<GuardReply> SendAsync(GuardRequest request, CancellationToken ct)
    {
        request.Id = Interlocked.Increment(ref _lastId);
        var frame = GuardFrames.Of(request);
        if (frame.Length > GuardFrames.MostBytes)
        {
            throw new DriverException($"The order has {frame.Length} bytes, at most {GuardFrames.MostBytes} are possible: shorten its environment or its arguments.");
        }

        var answer = new TaskCompletionSource<GuardReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls[request.Id] = answer;
        try
        {
            await WriteAsync(frame, ct).ConfigureAwait(false);
            return IsLost ? throw new GuardLostException() : await answer.Task.WaitAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            _calls.TryRemove(request.Id, out _);
        }
    }

    // Not to be cancelled half-way through: what follows would be read as a part of it.
    private async Task WriteAsync(byte[] frame, CancellationToken ct)
    {
        await _sending.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            await _stream.WriteAsync(frame, CancellationToken.None).AsTask().WaitAsync(ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            _isLost = true;
            throw new GuardLostException();
        }
        catch (OperationCanceledException)
        {
            _isLost = true;
            await _stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (await ReadAsync().ConfigureAwait(false) is { } reply)
            {
                Take(reply);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidProtocolBufferException)
        {
            // Lost, whatever way: those who wait hear of it below.
        }

        // Before anybody hears of it, so that who calls again takes a new connection.
        _isLost = true;
        _ends.Writer.Complete();
        await _stream.DisposeAsync().ConfigureAwait(false);
        foreach (var call in _calls.Values)
        {
            call.TrySetException(new GuardLostException());
        }
    }

    private void Take(GuardReply reply)
    {
        if (reply.WhatCase == GuardReply.WhatOneofCase.Ended)
        {
            _ends.Writer.TryWrite(reply.Ended);
        }
        else if (_calls.TryGetValue(reply.Id, out var call))
        {
            call.TrySetResult(reply);
        }
    }

    private async Task<GuardReply?> ReadAsync()
    {
        var header = new byte[GuardFrames.HeaderBytes];
        if (await _stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false).ConfigureAwait(false) < header.Length)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is < 0 or > GuardFrames.MostBytes)
        {
            return null;
        }

        var body = new byte[length];
        await _stream.ReadExactlyAsync(body).ConfigureAwait(false);
        return GuardReply.Parser.ParseFrom(body);
    }
}

/// <summary>The guard, or the way to it, was lost.</summary>
internal sealed class GuardLostException() : Exception("The guard was lost.");
