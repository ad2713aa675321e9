using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Pryv.Internal.V1;
using Pryvd.Commands;
using Pryvd.Peers;
using Pryvd.Peers.Identity;

namespace Benchmarks.Components;

/// <summary>
/// A node without a machine: admitted by a token of its own, with a certificate and a connection of its own, it says to the leader what an agent
/// with healthy instances says, as often as the leader asks for it.
/// </summary>
internal sealed class Reporter : IAsyncDisposable
{
    private static readonly TimeSpan StandingPace = TimeSpan.FromSeconds(4);

    private readonly string _node;
    private readonly ReportCounts _counts;
    private readonly X509Certificate2 _certificate;
    private readonly PeerChannels _channels;
    private readonly IReadOnlyList<(string Node, string Address)> _members;
    private readonly string _run = Guid.NewGuid().ToString("N");
    private IReadOnlyList<Held> _held = [];
    private long _sequence;
    private AgentReportReply _last = new() { IntervalMs = 1_000, Applied = 1 };

    private Reporter(string name, AdmitReply admitted, X509Certificate2 certificate, IReadOnlyList<(string Node, string Address)> members, ReportCounts counts)
    {
        (Name, _node, _certificate, _counts, _members) = (name, admitted.NodeId, certificate, counts, members);
        var authority = X509CertificateLoader.LoadCertificate(admitted.AuthorityCertificate.Span);
        _channels = new PeerChannels(() => _certificate, new PeerCertificates(authority, _ => false, TimeProvider.System), _ => { });
    }

    /// <summary>An instance that it was given.</summary>
    /// <param name="IsSaid">It is recorded as healthy.</param>
    public sealed record Held(string Component, int Ordinal, long Generation, bool IsSaid);

    public string Name { get; }

    public static async Task<Reporter> JoinAsync(string name, string token, IReadOnlyList<(string Node, string Address)> members, ReportCounts counts, CancellationToken stop)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var sealing = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var request = new AdmitRequest
        {
            ProtocolVersion = PeerProtocol.Version,
            Token = token,
            CertificateRequest = ByteString.CopyFrom(NodeRequest.Create(key)),
            Node = new NodeRecord
            {
                Name = name,
                Address = "127.0.0.1:1",
                Version = "0.1.0",
                CommandVersion = CommandVersions.Known,
                SealingKey = ByteString.CopyFrom(sealing.ExportSubjectPublicKeyInfo()),
                Tags = { ["kind"] = "virtual" },
            },
        };
        using var handler = Pryv.Grpc.GrpcTransport.Tcp();
        handler.SslOptions = PeerTls.Joiner(JoinToken.Parse(token).Authority, TimeProvider.System, _ => { });
        using var channel = GrpcChannel.ForAddress($"https://{members[0].Address}", new GrpcChannelOptions { HttpHandler = handler });
        var admitted = await new Admission.AdmissionClient(channel).AdmitAsync(request, deadline: DateTime.UtcNow.AddSeconds(30), cancellationToken: stop);
        using var bare = X509CertificateLoader.LoadCertificate(admitted.Certificate.Span);
        return new Reporter(name, admitted, bare.CopyWithPrivateKey(key), members, counts);
    }

    public void Hold(IReadOnlyList<Held> held) => Volatile.Write(ref _held, held);

    /// <summary>Reports until it is stopped; the first report comes somewhere within the first interval.</summary>
    public async Task RunAsync(double phase, CancellationToken stop)
    {
        await Task.Delay(TimeSpan.FromSeconds(phase), stop);
        var standing = TellStandingAsync(stop);
        for (var at = 0; !stop.IsCancellationRequested; at = (at + 1) % _members.Count)
        {
            await ReportToAsync(_channels.Client(_members[at].Node, _members[at].Address), stop);
        }

        await standing;
    }

    /// <summary>Until the member says that it does not lead.</summary>
    private async Task ReportToAsync(Peer.PeerClient member, CancellationToken stop)
    {
        using var call = member.Forward(cancellationToken: stop);
        for (var isAnswered = true; isAnswered;)
        {
            var due = Task.Delay(_last.IntervalMs, stop);
            isAnswered = await ReportAsync(call, stop);
            await due;
        }
    }

    public ValueTask DisposeAsync()
    {
        _channels.Dispose();
        _certificate.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<bool> ReportAsync(AsyncDuplexStreamingCall<ForwardCalls, ForwardAnswers> call, CancellationToken stop)
    {
        var calls = new ForwardCalls
        {
            Calls =
            {
                new ForwardCall
                {
                    Id = ++_sequence,
                    Request = new ForwardRequest { Method = "/pryv.internal.v1.Peer/ReportAgent", Request = Report().ToByteString(), Actor = new Actor { Node = Name, Uid = -1 } },
                },
            },
        };
        await call.RequestStream.WriteAsync(calls, stop);
        if (!await call.ResponseStream.MoveNext(stop))
        {
            throw new BenchException($"the leader ended the stream of {Name}");
        }

        var answer = call.ResponseStream.Current.Answers[0].Reply;
        _counts.Add(calls.CalculateSize() + call.ResponseStream.Current.CalculateSize(), answer.Status == 0 ? "" : $"{answer.Status} {answer.Message}");
        _last = answer.Status == 0 ? AgentReportReply.Parser.ParseFrom(answer.Reply) : _last;
        return answer.Status == 0;
    }

    private AgentReport Report()
    {
        var report = new AgentReport
        {
            NodeId = _node,
            RunId = _run,
            Sequence = _sequence,
            Capacity = new Capacity { CpuMillis = 16_000, MemoryMb = 64_000, DiskFreeMb = 100_000 },
            Score = 80 + Random.Shared.Next(20),
            Applied = _last.Applied,
        };
        foreach (var held in Volatile.Read(ref _held))
        {
            report.Claims.Add(new LeaseClaim { Component = held.Component, Ordinal = held.Ordinal, Generation = held.Generation });
            if (!held.IsSaid)
            {
                report.Statuses.Add(new StatusRecord { Component = held.Component, Ordinal = held.Ordinal, Generation = held.Generation, SpecVersion = 1, State = "healthy" });
            }
        }

        return report;
    }

    /// <summary>As an observer does that has applied all.</summary>
    private async Task TellStandingAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await _channels.Client(_members[0].Node, _members[0].Address).ReportStandingAsync(new StandingReport { Epoch = 1, Applied = Math.Max(1_000_000, _last.Applied) }, deadline: DateTime.UtcNow.AddSeconds(5), cancellationToken: stop);
            }
            catch (RpcException failure) when (failure.StatusCode is StatusCode.DeadlineExceeded or StatusCode.Unavailable or StatusCode.Cancelled)
            {
                // The next one comes soon.
            }

            await Task.Delay(StandingPace, stop);
        }
    }
}
