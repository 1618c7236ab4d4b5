/** Passwords that every guessing list begins with, in lower case; shorter ones fail by their length already. */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `00000000 11111111 11223344 12121212 12341234 12344321 12345678 123456789 1234567890 12345679 123123123 123454321
  147258369 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 22222222 55555555 66666666 77777777 87654321 88888888 987654321 99999999
  a1234567 a12345678 aa123456 aaaaaaaa abc12345 abcd1234 abcdefgh access14 admin123 admin1234 administrator alexander
  asdf1234 asdfasdf asdfghjk asdfghjkl babygirl baseball basketball benjamin bigdaddy blink182 butterfly changeme
  charlie1 chocolate christian computer corvette danielle december diamond1 dolphins einstein elephant fallout3
  football football1 fortnite forever1 freedom1 garfield gateway1 godzilla goodluck hardcore hello123 hellokitty
  iloveyou iloveyou1 infinity internet jennifer jessica1 jonathan jordan23 kimberly letmein1 letmein123 liverpool
  liverpool1 lovelove maverick mercedes metallica michael1 michelle microsoft midnight mercury1 midnight1 monkey123
  motorola mustang1 nicholas november p@ssw0rd p@ssword pa55word passw0rd password password! password1 password12
  password123 password1234 patricia pokemon1 princess princess1 q1w2e3r4 q1w2e3r4t5 qazwsxedc qwer1234 qwerasdf
  qwerty12 qwerty123 qwerty1234 qwertyui qwertyuiop rainbow1 rockstar samantha samsung1 scorpion secret123 september
  shadow12 slipknot snickers snowball spiderman starwars starwars1 steelers sunshine sunshine1 superman superman1
  swordfish thailand thomas12 trustno1 undertaker universe vanessa1 victoria welcome1 welcome123 whatever william1
  yankees1 zaq12wsx zxcvbnm1 zxcvbnm123`.split(/\s+/),
);
