package msg_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// A word that stands for something else, or beside another one for the same thing, must
// not come back into the Japanese texts. Each row shows a relapse that it finds.
var otherWords = []struct{ pattern, instead, relapse string }{
	{`署名済みリクエスト|署名済みCSR($|[^（])`, "署名済みCSR（リクエスト）", "署名済みCSRを提出"},
	{`(^|[^旧])Apple ID`, "Apple Account（旧Apple ID）", "Apple IDでサインイン"},
	{`コモンネーム($|[^（(])`, "コモンネーム（APSP）", "コモンネームが異なります"},
	{`封印|開封`, "暗号化、復号", "秘密鍵を封印"},
	{`起こす|起こし|起動され|呼び出`, "通知が届く、プッシュを送信", "2回起動される"},
	{`プッシュ通知|プッシュが届|テストプッシュ`, "通知が届く、プッシュを送信、テスト送信", "プッシュが届かない"},
	{`影響(は|も)ありません`, "再登録は不要です", "デバイスへの影響はありません"},
	{`全体を入力|すべて指定|すべて入力`, "省略せずに入力", "トピック全体を入力"},
	{`取り?込[みむまんめ]|インポート`, "登録", "証明書を取り込む"},
	{`エクスポート`, "書き出す", "MDMサーバーのエクスポート"},
	{`(^|[^効])期限(切れ|が切れ|が迫|が近)`, "有効期限切れ", "期限切れ"},
	{`残り日数[：:] ?\{`, "残り{days}日", "残り日数：{days}"},
	{`接続先[^。]*(され|られ)ました`, "接続先が〜しました", "接続先 {host} に拒否されました"},
	{`DNSで検索|名前を検索`, "名前解決（DNS）", "DNSで検索できません"},
	{`備考は #`, "コメント", "備考は # の後"},
	{`控え`, "バックアップ", "変更前の控え"},
	{`フラグ`, "オプション", "フラグを指定"},
	{`わか[らりるれっ]`, "分かる", "わかります"},
	{`Base64|BASE64`, "base64", "Base64形式"},
	{`(ベンダ|サーバ|フォルダ|ブラウザ|コンピュータ|ユーザ|メモリ|エディタ|ヘッダ|シミュレータ|コンテナ)($|[^ー])`, "ベンダー、サーバー、…", "ベンダの署名"},
	{`既に`, "すでに", "既に存在"},
	{`種別`, "種類", "ファイルの種別"},
	{`壊れ`, "破損", "ファイルが壊れ"},
	{`記録ファイル|シャード`, "実行記録、分割", "記録ファイルの3行目"},
	{`管理コンソール|MDMコンソール`, "MDMの管理画面", "MDMコンソールで確認"},
	{`パーミッション`, "アクセス権", "パーミッション"},
	{`顧客`, "お客様", "顧客のCSR"},
	{`社外|外部ベンダー`, "外部のベンダー", "外部ベンダー"},
	{`認証情報`, "資格情報", "サーバーの認証情報"},
	{`代役|代わりのサーバー`, "模擬サーバー", "サーバーの代役"},
	{`隣のコピー|隣にあるコピー`, "バックアップ（.bak）", "隣のコピー"},
	{`コンマ|ドライラン`, "カンマ、テスト実行", "コンマで区切る"},
	{`お知らせください`, "開発元に報告してください", "お知らせください"},
	{`(^|[^a-z])git[ぁ-んァ-ヶ一-龠]`, "Git", "バックアップやgitから"},
}

func TestJapaneseHasOneWordForOneThing(t *testing.T) {
	readme, err := os.ReadFile("../../README.ja.md")
	if err != nil {
		t.Fatal(err)
	}
	texts := japaneseTexts(t)
	texts["README.ja.md"] = string(readme)
	for _, row := range otherWords {
		pattern := regexp.MustCompile(row.pattern)
		if !pattern.MatchString(row.relapse) {
			t.Errorf("%s does not find %s", row.pattern, row.relapse)
		}
		for key, text := range texts {
			if at := pattern.FindString(text); at != "" {
				t.Errorf("%s: %q, instead: %s", key, at, row.instead)
			}
		}
	}
	for key, text := range texts {
		if strings.Contains(text, "失効") && !strings.Contains(text, "Revoke") {
			t.Errorf("%s: 失効 alone means expired to many readers; 失効（Revoke）, or 有効期限切れ", key)
		}
	}
}

func japaneseTexts(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	p := japanese()
	for _, key := range p.Keys() {
		texts[key], _ = p.Lookup(key)
	}
	if len(texts) < 500 {
		t.Fatalf("only %d texts", len(texts))
	}
	return texts
}

// numbers are placeholders that read as a part of the sentence; what is copied, such as a
// topic, a path or an option, stands between spaces.
const numbers = `accepted|again|alert|bits|bytes|certificates|count|critical_days|criticals|days|devices|due|exit|expected|failed|files|got|late|least|left|limit|line|malformed|most|opened|others|owner|pairs|place|port|position|refused|row|rung|seconds|silent|since|size|skipped|status|streams|supported|taken|thing|told|topics|total|until|version|want|warn_days|warnings|watched|when`

// wrongSpace says what is wrong with the spaces of a Japanese text, or nothing.
func wrongSpace(text string) string {
	const ja = `[ぁ-んァ-ヶー一-龠]`
	number := regexp.MustCompile(`^\{(` + numbers + `)\}$`)
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "  ") { // a command
			continue
		}
		for _, m := range regexp.MustCompile(`(`+ja+` ?)?(\{[a-z_]+\})( ?`+ja+`)?`).FindAllStringSubmatch(line, -1) {
			for _, beside := range []string{m[1], m[3]} {
				spaced := strings.Contains(beside, " ")
				if beside != "" && spaced == number.MatchString(m[2]) && m[2] != "{profiles}" {
					return m[0]
				}
			}
		}
		for _, pattern := range []string{
			`--[a-z][a-z0-9-]*` + ja, ja + `--[a-z]`, // an option
			ja + `\$?[A-Z]+_[A-Z_]+`, `[A-Z]+_[A-Z_]*[A-Z]` + ja, // a variable
			ja + ` [A-Za-z0-9]+` + ja, ja + `[A-Za-z0-9]+ ` + ja, // a word
			`（[^）]*[^\w"] ?: [^）]*）`, // a colon within brackets
		} {
			if at := regexp.MustCompile(pattern).FindString(line); at != "" {
				return at
			}
		}
	}
	return ""
}

func TestJapaneseSpaces(t *testing.T) {
	t.Parallel()
	for relapse, ok := range map[string]bool{
		"トピックは{topic}です": false, "トピックは {topic} です": true,
		"残り {days} 日": false, "残り{days}日": true,
		"--outを指定": false, "ここで--out を指定": false, "--out を指定": true,
		"環境変数HTTPS_PROXY を": false, "環境変数 HTTPS_PROXY を": true,
		"この CSRを": false, "このCSR を": false, "このCSRを": true,
		"（開始: {not_before}）": false, "（開始：{not_before}）": true,
	} {
		if got := wrongSpace(relapse); (got == "") != ok {
			t.Errorf("%s: %q", relapse, got)
		}
	}
	for key, text := range japaneseTexts(t) {
		if at := wrongSpace(text); at != "" {
			t.Errorf("%s: %q", key, at)
		}
	}
}
