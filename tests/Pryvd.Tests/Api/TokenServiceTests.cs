using Grpc.Core;
using Pryv.V1;
using Pryvd.Api;
using Pryvd.Peers.Identity;

namespace Pryvd.Tests.Api;

/// <summary>Requirements M10 and G6: who may join is decided by tokens that the cluster knows only by their hash; invariant 5 for their making.</summary>
public sealed class TokenServiceTests(OneNode cluster) : IClassFixture<OneNode>
{
    private TestNode Node => cluster.Node;

    [Fact]
    public async Task A_token_comes_with_its_join_line_and_only_its_hash_is_kept()
    {
        var reply = await Node.Tokens.CreateTokenAsync(new CreateTokenRequest { Role = "witness" }, Ask.InTime);

        var token = JoinToken.Parse(reply.Token);
        Assert.Equal(token.Id, reply.Id);
        Assert.Equal("witness", reply.Role);
        Assert.Equal(AuthorityFingerprint.Of(Node.Session.Identity.Authority), token.Authority);
        Assert.True(token.Matches(Node.Session.Store.Read().State.Tokens[token.Id].Hash.Span));
        Assert.Equal($"pryvd join {Node.Host.Address} --token-file FILE", reply.JoinLine);
        Assert.InRange(reply.ExpiresMs - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), 23.9 * 3_600_000, 24 * 3_600_000);
        var secret = reply.Token.Split('.')[2];
        Assert.DoesNotContain(Node.Log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
        var events = await Node.Events.ListEventsAsync(new ListEventsRequest { Limit = 1_000 }, Ask.InTime);
        Assert.DoesNotContain(secret, events.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_returns_the_token_that_was_recorded()
    {
        var request = new CreateTokenRequest { RequestId = RequestIds.New(Node.Session.Store.Applied).ToString(), TtlSeconds = 600 };
        var first = await Node.Tokens.CreateTokenAsync(request, Ask.InTime);
        var count = Node.Session.Store.Read().State.Tokens.Count;
        request.TtlSeconds = 1_200;
        var again = await Node.Tokens.CreateTokenAsync(request, Ask.InTime);

        Assert.Equal(first, again);
        Assert.Equal(count, Node.Session.Store.Read().State.Tokens.Count);
    }

    [Fact]
    public async Task Two_requests_make_two_tokens()
    {
        var one = await Node.Tokens.CreateTokenAsync(new CreateTokenRequest(), Ask.InTime);
        var two = await Node.Tokens.CreateTokenAsync(new CreateTokenRequest(), Ask.InTime);
        Assert.NotEqual(one.Id, two.Id);
        Assert.NotEqual(one.Token.Split('.')[2], two.Token.Split('.')[2]);
    }

    [Fact]
    public async Task The_request_id_of_another_request_makes_no_token()
    {
        var id = RequestIds.New(Node.Session.Store.Applied).ToString();
        var set = Ask.Set("cluster", "token-test", "1");
        set.RequestId = id;
        await Node.Vars.SetVarsAsync(set, Ask.InTime);

        await Ask.RefusedAsync(StatusCode.FailedPrecondition, async () => await Node.Tokens.CreateTokenAsync(new CreateTokenRequest { RequestId = id }, Ask.InTime));
    }

    [Theory]
    [InlineData(30 * 86_400 + 1, "")]
    [InlineData(-1, "")]
    [InlineData(0, "king")]
    public async Task A_life_or_role_that_no_token_has_is_refused(long ttl, string role) =>
        await Ask.RefusedAsync(StatusCode.InvalidArgument, async () =>
            await Node.Tokens.CreateTokenAsync(new CreateTokenRequest { TtlSeconds = ttl, Role = role }, Ask.InTime));

    [Theory]
    [InlineData(1)]
    [InlineData(30 * 86_400)]
    public async Task The_shortest_and_the_longest_life_are_taken(long ttl)
    {
        var reply = await Node.Tokens.CreateTokenAsync(new CreateTokenRequest { TtlSeconds = ttl }, Ask.InTime);
        Assert.InRange(reply.ExpiresMs - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), (ttl - 30) * 1_000, ttl * 1_000);
    }

    [Fact]
    public async Task Tokens_are_listed_as_they_stand_and_can_be_revoked()
    {
        var token = await Node.Tokens.CreateTokenAsync(new CreateTokenRequest(), Ask.InTime);
        Assert.Equal("usable", (await ListedAsync(token.Id)).State);

        Assert.True((await Node.Tokens.RevokeTokenAsync(new RevokeTokenRequest { Id = token.Id }, Ask.InTime)).Index > 0);
        var listed = await ListedAsync(token.Id);
        Assert.Equal("revoked", listed.State);
        Assert.Equal($"{Pryvd.Hosting.Libc.EffectiveUser()}@n1", listed.CreatedBy);
    }

    [Theory]
    [InlineData("never-made", StatusCode.NotFound)]
    [InlineData("no name at all", StatusCode.InvalidArgument)]
    [InlineData("", StatusCode.InvalidArgument)]
    public async Task An_unknown_token_cannot_be_revoked(string id, StatusCode expected) =>
        await Ask.RefusedAsync(expected, async () => await Node.Tokens.RevokeTokenAsync(new RevokeTokenRequest { Id = id }, Ask.InTime));

    private async Task<TokenInfo> ListedAsync(string id) =>
        (await Node.Tokens.ListTokensAsync(new ListTokensRequest(), Ask.InTime)).Tokens.Single(token => token.Id == id);
}
