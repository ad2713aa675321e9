using Google.Protobuf;
using Grpc.Core;
using Pryv.Internal.V1;
using Pryv.V1;
using Pryvd.Commands;
using Pryvd.Model;
using Pryvd.Peers.Identity;
using Pryvd.Raft;
using Actor = Pryvd.Model.Actor;

namespace Pryvd.Api;

/// <summary>Join tokens: made, listed and revoked. The secret leaves the leader once, in the answer; the cluster keeps its hash.</summary>
internal sealed class TokenService(NodeHost host, LeaderCalls leader, Reads reads, Writes writes) : Tokens.TokensBase
{
    private const string CreateMethod = "/pryv.v1.Tokens/CreateToken";
    private const string RevokeMethod = "/pryv.v1.Tokens/RevokeToken";
    private const long DefaultLifeSeconds = 24 * 3_600;
    private const long ShortestLifeSeconds = 1;
    private const long LongestLifeSeconds = Limits.TokenMaxLifeMs / 1_000;

    public void Register()
    {
        leader.Register<CreateTokenRequest, CreateTokenReply>(CreateMethod, CreateAsync);
        writes.Register<RevokeTokenRequest>(
            RevokeMethod, "token revoke", request => request.RequestId,
            (request, envelope) => envelope.RevokeToken = new RevokeToken { Id = request.Id });
    }

    public override Task<CreateTokenReply> CreateToken(CreateTokenRequest request, ServerCallContext context)
    {
        var life = LifeOf(request);
        return writes.SendAsync<CreateTokenReply>(request, $"token for role {RoleOf(request).Word()}, for {life.TotalSeconds} s", context);
    }

    public override async Task<ListTokensReply> ListTokens(ListTokensRequest request, ServerCallContext context)
    {
        var (view, info) = await reads.BeginAsync(request.Mode, context).ConfigureAwait(false);
        var now = host.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var tokens = view.State.Tokens.Values.OrderByDescending(token => token.Created).Select(token => Message(token, now));
        return new ListTokensReply { Tokens = { tokens }, Info = info };
    }

    public override Task<WriteReply> RevokeToken(RevokeTokenRequest request, ServerCallContext context) =>
        Names.IsName(request.Id)
            ? writes.SendAsync<WriteReply>(request, "token/" + request.Id, context)
            : throw Errors.Invalid($"'{Clip.To(request.Id, Names.MaxName)}' is no id of a token; 'pryvd token list' shows those that exist.");

    /// <summary>On the leader. A retry of the same request makes the same token, and finds it recorded already.</summary>
    private async Task<CreateTokenReply> CreateAsync(CreateTokenRequest request, Actor actor, CancellationToken cancel)
    {
        var session = host.RequireSession();
        RequestIds.Ensure(request, session.Store.Applied);
        var token = Derive(session, request.RequestId);
        var envelope = RequestIds.Envelope(request.RequestId, actor, "token create");
        envelope.CreateToken = new CreateToken
        {
            Id = token.Id,
            Hash = ByteString.CopyFrom(token.Hash()),
            Role = RoleOf(request).Word(),
            ExpiresMs = (host.Clock.GetUtcNow() + LifeOf(request)).ToUnixTimeMilliseconds(),
        };
        await writes.CommitAsync(envelope, cancel).ConfigureAwait(false);
        return Reply(token, session);
    }

    private JoinToken Derive(ClusterSession session, string requestId)
    {
        using var custody = Custody.Require(host);
        return JoinToken.Derive(AuthorityFingerprint.Of(session.Identity.Authority), custody.SealingKey, requestId);
    }

    /// <summary>As recorded: a retry gets the role and the end of life that the first try was given.</summary>
    private CreateTokenReply Reply(JoinToken token, ClusterSession session)
    {
        if (session.Store.Read().State.Tokens.GetValueOrDefault(token.Id) is not { } recorded || !token.Matches(recorded.Hash.Span))
        {
            throw Errors.Conflict("The request id belongs to another request, or its token is forgotten already; ask again with a new request id.");
        }

        return new CreateTokenReply
        {
            Token = token.Reveal(),
            Id = recorded.Id,
            ExpiresMs = recorded.ExpiresMs,
            Role = recorded.Role.Word(),
            JoinLine = $"pryvd join {host.Address} --token-file FILE",
        };
    }

    private static NodeRole RoleOf(CreateTokenRequest request) => Words.TryParseRole(request.Role, out var role)
        ? role
        : throw Errors.Invalid(NodeRecords.RoleProblem(request.Role)!);

    private static TimeSpan LifeOf(CreateTokenRequest request) => request.TtlSeconds switch
    {
        0 => TimeSpan.FromSeconds(DefaultLifeSeconds),
        >= ShortestLifeSeconds and <= LongestLifeSeconds => TimeSpan.FromSeconds(request.TtlSeconds),
        _ => throw Errors.Invalid($"A token cannot live for {request.TtlSeconds} s; choose from one second to 30 days."),
    };

    private static TokenInfo Message(Token token, long nowMs) => new()
    {
        Id = token.Id,
        Role = token.Role.Word(),
        ExpiresMs = token.ExpiresMs,
        State = token.StateAt(nowMs),
        UsedBy = token.UsedByName,
        CreatedBy = token.CreatedBy.ToString(),
    };
}
